package dev.weighbridge.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.compare.Scatter.Band;
import dev.weighbridge.cli.compare.Scatter.Point;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ScatterTest {
    private static final Pattern CIRCLE = Pattern.compile("cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"");

    @Test
    void drawsEqualFactorsAsEqualDistances() {
        List<double[]> places = places(scatter(point("a", 10, 50), point("b", 100, 50), point("c", 1000, 50)));

        assertThat(places.get(1)[0] - places.get(0)[0])
                .isCloseTo(places.get(2)[0] - places.get(1)[0], org.assertj.core.api.Assertions.within(0.2));
    }

    @Test
    void drawsBetterHigher() {
        List<double[]> places = places(scatter(point("a", 10, 30), point("b", 10, 60)));

        assertThat(places.get(1)[1]).isLessThan(places.get(0)[1]);
    }

    @Test
    void keepsBandsInsideThePicture() {
        String svg = scatter(new Point("a", 0, new Band(10, 1, 100), new Band(50, 0, 100)))
                .svg();

        Matcher number = Pattern.compile("[xy][12]=\"([0-9.-]+)\"").matcher(svg);
        assertThat(number.results().map(found -> Double.parseDouble(found.group(1))))
                .allMatch(value -> value >= 0 && value <= 640);
    }

    @Test
    void isWellFormedWhateverAModelIsCalled() throws Exception {
        String svg = scatter(point("<b>\"&'", 10, 50)).svg();

        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(1);
        assertThat(svg).doesNotContain("<b>");
    }

    @Test
    void drawsNothingOfNothing() {
        assertThat(scatter().svg()).isEmpty();
    }

    private static Scatter scatter(Point... points) {
        return new Scatter("Title", "across", "up", Double::toString, List.of(points));
    }

    private static Point point(String name, double x, double y) {
        return new Point(name, 0, Band.of(x), Band.of(y));
    }

    private static List<double[]> places(Scatter scatter) {
        List<double[]> places = new ArrayList<>();
        Matcher circles = CIRCLE.matcher(scatter.svg());
        while (circles.find()) {
            places.add(new double[] {Double.parseDouble(circles.group(1)), Double.parseDouble(circles.group(2))});
        }
        return places;
    }
}

package dev.weighbridge.cli.pick;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weighbridge.cli.pick.PickBoard.Line;
import dev.weighbridge.cli.pick.PickBoard.Next;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PickBoardTest {
    private static final int WIDTH = 140;
    private static final int HEIGHT = 12;

    private final PickBoard board = new PickBoard(Picks.three());

    @Test
    void showsAllModelsBestFirst() {
        assertThat(texts(board)).hasSize(HEIGHT);
        assertThat(texts(board).get(1)).isEqualTo("3 of 3 models by quality");
        assertThat(rows(board))
                .satisfiesExactly(
                        first -> assertThat(first).contains("aurora-30b"),
                        second -> assertThat(second).contains("borealis-27b"),
                        third -> assertThat(third).contains("comet-1b"));
        assertThat(chosen(board)).contains("aurora-30b");
    }

    @Test
    void movesAndStopsAtTheEnds() {
        press(board, Key.Named.DOWN, Key.Named.DOWN, Key.Named.DOWN, Key.Named.DOWN);
        assertThat(chosen(board)).contains("comet-1b");

        press(board, Key.Named.UP, Key.Named.UP, Key.Named.UP, Key.Named.UP);
        assertThat(chosen(board)).contains("aurora-30b");
    }

    @Test
    void searchesNamesPublishersAndLicencesAsOneTypes() {
        type(board, "/aurora mit");

        assertThat(texts(board).get(1)).isEqualTo("1 of 3 models by quality · search: aurora mit_");
        assertThat(chosen(board)).contains("comet-1b");
        press(board, Key.Named.ESCAPE);
        assertThat(texts(board).get(1)).isEqualTo("3 of 3 models by quality");
    }

    @Test
    void takesLettersOfASearchForNoCommands() {
        type(board, "/sq");

        assertThat(texts(board).get(1)).isEqualTo("0 of 3 models by quality · search: sq_");
        assertThat(texts(board)).contains("nothing passes; Esc clears the search");
        press(board, Key.Named.BACKSPACE, Key.Named.BACKSPACE, Key.Named.ENTER);
        assertThat(board.press(new Key.Typed('q'))).isEqualTo(Next.CLOSE);
    }

    @Test
    void sortsByWhatIsNextEachTime() {
        type(board, "s");
        assertThat(texts(board).get(1)).contains("by speed");
        assertThat(chosen(board)).contains("comet-1b");

        type(board, "sss");
        assertThat(texts(board).get(1)).contains("by date");
        type(board, "s");
        assertThat(texts(board).get(1)).contains("by quality");
    }

    @Test
    void filtersByFrontAndTier() {
        type(board, "f");
        assertThat(texts(board).get(1)).isEqualTo("2 of 3 models by quality · front only");

        type(board, "ft");
        assertThat(texts(board).get(1)).isEqualTo("1 of 3 models by quality · 1B–3B, on-device");
    }

    @Test
    void opensDetailsWithEveryScoreAndItsSource() {
        press(board, Key.Named.ENTER);

        List<String> texts = texts(new int[] {WIDTH, 40}, board);
        assertThat(texts)
                .contains("aurora-30b  rank =1, on the front")
                .contains("licence      Apache-2.0, commercial use yes")
                .contains("precision    Q4_K_M, which costs ~0.40 points (0.20–0.80)")
                .contains("max context  32,768")
                .anyMatch(line -> line.contains("Exam") && line.contains("70.0 (65–75)  tester, 2026-04"))
                .contains("next         weigh fit aurora-30b --precision Q4_K_M");
        press(board, Key.Named.ESCAPE);
        assertThat(texts(board).get(1)).isEqualTo("3 of 3 models by quality");
    }

    @Test
    void scrollsAListLongerThanTheScreen() {
        PickBoard long_ = new PickBoard(Picks.many(50));
        texts(long_);

        press(long_, Key.Named.END);

        assertThat(rows(long_)).hasSize(HEIGHT - 6).last().asString().contains("model-50");
        assertThat(chosen(long_)).contains("model-50");
        press(long_, Key.Named.PAGE_UP);
        assertThat(chosen(long_)).contains("model-44");
        press(long_, Key.Named.HOME);
        assertThat(rows(long_).getFirst()).contains("model-1 ");
    }

    @Test
    void keepsToTheWidth() {
        assertThat(texts(new int[] {30, HEIGHT}, board)).allMatch(line -> line.length() <= 30);
    }

    @Test
    void staysWholeWhateverIsTyped() {
        long seed = 7;
        Random random = new Random(seed);
        PickBoard any = new PickBoard(Picks.many(9));
        for (int i = 0; i < 2000; i++) {
            Key key = random.nextBoolean()
                    ? List.of(Key.Named.values()).get(random.nextInt(Key.Named.values().length))
                    : new Key.Typed((char) (' ' + random.nextInt(95)));
            any.press(key);
            assertThat(any.lines(1 + random.nextInt(120), 7 + random.nextInt(30)))
                    .as("seed %d, key %d", seed, i)
                    .isNotEmpty();
        }
    }

    private static void press(PickBoard board, Key... keys) {
        for (Key key : keys) {
            board.press(key);
        }
    }

    private static void type(PickBoard board, String text) {
        text.chars().forEach(character -> board.press(new Key.Typed((char) character)));
    }

    private static List<String> texts(PickBoard board) {
        return texts(new int[] {WIDTH, HEIGHT}, board);
    }

    private static List<String> texts(int[] size, PickBoard board) {
        return board.lines(size[0], size[1]).stream().map(Line::text).toList();
    }

    private static List<String> rows(PickBoard board) {
        return texts(board).stream()
                .skip(4)
                .limit(HEIGHT - 6)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String chosen(PickBoard board) {
        return board.lines(WIDTH, HEIGHT).stream()
                .filter(Line::isChosen)
                .map(Line::text)
                .findFirst()
                .orElse("");
    }
}

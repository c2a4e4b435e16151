package dev.weighbridge.cli.pick;

import dev.weighbridge.cli.terminal.Columns;
import dev.weighbridge.cli.terminal.Columns.Align;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.pick.Choice;
import dev.weighbridge.planner.pick.Ranking.Place;
import dev.weighbridge.planner.pick.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the screen of `weigh pick` shows and what keys do to it. It knows no terminal; one loop owns it.
final class PickBoard {
    /// What becomes of the screen after a key.
    enum Next {
        STAY,
        CLOSE
    }

    /// A line, and whether it is the one that is chosen.
    record Line(String text, boolean isHeading, boolean isChosen) {}

    private static final int LINES_ABOVE = 4;
    private static final int LINES_BELOW = 2;

    private final PickReport report;
    private List<Place> shown;
    private Order order = Order.QUALITY;
    private String search = "";
    private boolean isSearching;
    private boolean isFrontOnly;
    private @Nullable Tier tier;
    private int chosen;
    private int top;
    private @Nullable PickDetails details;
    private int page = 10;

    PickBoard(PickReport report) {
        this.report = report;
        this.shown = report.ranking().places();
    }

    /// The place that is chosen; empty where nothing is shown.
    Optional<Place> chosen() {
        return shown.isEmpty() ? Optional.empty() : Optional.of(shown.get(chosen));
    }

    /// Does what a key means.
    Next press(Key key) {
        if (details != null) {
            return inDetails(key);
        }
        return switch (key) {
            case Key.Named named -> pressed(named);
            case Key.Typed(char character) -> isSearching ? searched(search + character) : typed(character);
        };
    }

    private Next inDetails(Key key) {
        return switch (key) {
            case Key.Named.CLOSED -> Next.CLOSE;
            case Key.Named.UP -> scrolled(-1);
            case Key.Named.DOWN -> scrolled(1);
            case Key.Named.PAGE_UP -> scrolled(-page);
            case Key.Named.PAGE_DOWN -> scrolled(page);
            case Key.Typed(char character) when character == 'j' -> scrolled(1);
            case Key.Typed(char character) when character == 'k' -> scrolled(-1);
            case Key.Named _, Key.Typed _ -> {
                details = null;
                yield Next.STAY;
            }
        };
    }

    private Next scrolled(int lines) {
        if (details != null) {
            details = details.scrolled(lines);
        }
        return Next.STAY;
    }

    private Next pressed(Key.Named key) {
        return switch (key) {
            case UP -> moved(chosen - 1);
            case DOWN -> moved(chosen + 1);
            case PAGE_UP -> moved(chosen - page);
            case PAGE_DOWN -> moved(chosen + page);
            case HOME -> moved(0);
            case END -> moved(shown.size() - 1);
            case ENTER -> entered();
            case ESCAPE -> escaped();
            case BACKSPACE ->
                isSearching && !search.isEmpty() ? searched(search.substring(0, search.length() - 1)) : Next.STAY;
            case CLOSED -> Next.CLOSE;
            case OTHER -> Next.STAY;
        };
    }

    private Next typed(char character) {
        return switch (character) {
            case 'q' -> Next.CLOSE;
            case 'j' -> moved(chosen + 1);
            case 'k' -> moved(chosen - 1);
            case 's' -> {
                order = order.next();
                yield refreshed();
            }
            case 'f' -> {
                isFrontOnly = !isFrontOnly;
                yield refreshed();
            }
            case 't' -> {
                tier = nextTier();
                yield refreshed();
            }
            case '/' -> {
                isSearching = true;
                yield Next.STAY;
            }
            default -> Next.STAY;
        };
    }

    @SuppressWarnings("EnumOrdinal") // the next in the order they stand is what is asked
    private @Nullable Tier nextTier() {
        Tier[] all = Tier.values();
        if (tier == null) {
            return all[0];
        }
        return tier.ordinal() + 1 < all.length ? all[tier.ordinal() + 1] : null;
    }

    private Next entered() {
        if (isSearching) {
            isSearching = false;
        } else {
            details = chosen().map(place -> PickDetails.of(place, report)).orElse(null);
        }
        return Next.STAY;
    }

    private Next escaped() {
        isSearching = false;
        return searched("");
    }

    private Next searched(String text) {
        search = text;
        return refreshed();
    }

    private Next refreshed() {
        List<Place> kept = report.ranking().places().stream()
                .filter(place -> !isFrontOnly || place.isOnFront())
                .filter(place -> tier == null || place.choice().tier() == tier)
                .filter(this::isFound)
                .toList();
        shown = order.sorted(kept);
        return moved(0);
    }

    /// A search looks at the name, the publisher and the licence, every word of it.
    private boolean isFound(Place place) {
        Choice choice = place.choice();
        String text = (choice.facts().name() + " " + choice.facts().publisher() + " " + ChoiceCells.licence(choice))
                .toLowerCase(Locale.ROOT);
        for (String word : search.toLowerCase(Locale.ROOT).split(" ", -1)) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }

    private Next moved(int to) {
        chosen = Math.clamp(to, 0, Math.max(0, shown.size() - 1));
        return Next.STAY;
    }

    /// The screen, exactly `height` lines of at most `width` columns.
    List<Line> lines(int width, int height) {
        page = Math.max(1, height - LINES_ABOVE - LINES_BELOW);
        List<Line> lines = new ArrayList<>();
        if (details != null) {
            lines.addAll(details.lines(height - 1));
            fill(lines, height - 1);
            lines.add(new Line("↑↓ scroll · any other key goes back", true, false));
        } else {
            heading(lines);
            rows(lines);
            fill(lines, height - LINES_BELOW);
            footer(lines);
        }
        return lines.stream()
                .limit(height)
                .map(line -> new Line(cut(line.text(), width), line.isHeading(), line.isChosen()))
                .toList();
    }

    private void heading(List<Line> lines) {
        lines.add(new Line(
                "weigh pick · " + report.criteria().task().id() + " · "
                        + report.site().machine().label() + " · "
                        + report.site().runtime().name() + " · context "
                        + new Count(report.site().workload().context()),
                true,
                false));
        String filters = (isFrontOnly ? " · front only" : "") + (tier == null ? "" : " · " + tier.label());
        lines.add(new Line(
                shown.size() + " of " + report.ranking().places().size() + " models by " + order + filters
                        + (search.isEmpty() && !isSearching ? "" : " · search: " + search + (isSearching ? "_" : "")),
                false,
                false));
        lines.add(new Line("", false, false));
    }

    private void rows(List<Line> lines) {
        if (chosen < top) {
            top = chosen;
        } else if (chosen >= top + page) {
            top = chosen - page + 1;
        }
        top = Math.clamp(top, 0, Math.max(0, shown.size() - page));
        List<Place> visible = shown.subList(top, Math.min(shown.size(), top + page));
        Columns columns = Columns.of(
                Align.RIGHT,
                Align.LEFT,
                Align.LEFT,
                Align.RIGHT,
                Align.RIGHT,
                Align.RIGHT,
                Align.LEFT,
                Align.RIGHT,
                Align.RIGHT,
                Align.RIGHT,
                Align.LEFT);
        columns.row(
                "rank", "", "model", "quality", "total", "active", "precision", "memory", "tok/s", "$/Mtok", "licence");
        for (Place place : visible) {
            Choice choice = place.choice();
            columns.row(
                    ChoiceCells.rank(place),
                    ChoiceCells.front(place),
                    choice.facts().name(),
                    ChoiceCells.quality(choice.quality()),
                    ChoiceCells.parameters(choice),
                    ChoiceCells.active(choice),
                    ChoiceCells.precision(choice),
                    ChoiceCells.memory(choice),
                    ChoiceCells.decode(choice),
                    ChoiceCells.cost(choice),
                    ChoiceCells.licence(choice));
        }
        List<String> texts = columns.lines();
        lines.add(new Line(texts.getFirst(), true, false));
        for (int i = 1; i < texts.size(); i++) {
            lines.add(new Line(texts.get(i), false, top + i - 1 == chosen));
        }
        if (visible.isEmpty()) {
            lines.add(new Line("nothing passes; Esc clears the search", false, false));
        }
    }

    private static void footer(List<Line> lines) {
        lines.add(new Line(
                "~ estimated  ° published  * on the front of quality, speed and cost  = bands overlap: a tie",
                false,
                false));
        lines.add(new Line(
                "↑↓ move · Enter details · / search · s sort · f front · t tier · Esc clear · q quit", true, false));
    }

    private static void fill(List<Line> lines, int height) {
        while (lines.size() < height) {
            lines.add(new Line("", false, false));
        }
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
    }
}

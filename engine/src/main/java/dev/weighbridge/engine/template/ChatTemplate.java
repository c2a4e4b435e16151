package dev.weighbridge.engine.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A model's own way to write a conversation as the text that it was trained on. Immutable; safe for many threads.
public final class ChatTemplate {
    private final List<Statement> body;

    private ChatTemplate(List<Statement> body) {
        this.body = body;
    }

    /// Reads a template.
    ///
    /// @throws TemplateException if it is broken
    public static ChatTemplate parse(String template) {
        return new ChatTemplate(Parser.parse(template));
    }

    /// The text for these values: `messages`, `tools`, `add_generation_prompt`, `bos_token` …, as JSON has them.
    ///
    /// @param clock what `strftime_now` reads
    /// @throws TemplateException if the template refuses the messages, or asks for what is not there
    public String render(Map<String, ? extends @Nullable Object> values, Supplier<LocalDateTime> clock) {
        Scope globals = new Scope(null);
        globals.set("raise_exception", (Function) (given, _) -> {
            throw TemplateException.refused(given.isEmpty() ? "the template refuses" : Values.text(given.getFirst()));
        });
        globals.set("namespace", (Function) (_, named) -> new Renderer.Namespace(named));
        globals.set("dict", (Function) (_, named) -> named);
        globals.set("range", (Function) (given, _) -> range(given));
        globals.set("strftime_now", (Function) (given, _) -> formatted(clock.get(), Values.text(given.getFirst())));
        Scope scope = new Scope(globals);
        values.forEach(scope::set);
        try {
            return new Renderer().render(body, new Scope(scope));
        } catch (StackOverflowError _) {
            throw TemplateException.broken("the template calls itself without end");
        }
    }

    private static List<Object> range(List<@Nullable Object> given) {
        long from = given.size() > 1 ? Values.whole(given.get(0)) : 0;
        long to = Values.whole(given.get(given.size() > 1 ? 1 : 0));
        long step = given.size() > 2 ? Values.whole(given.get(2)) : 1;
        List<Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            numbers.add(i);
            if (numbers.size() > 100_000 || step == 0) {
                throw TemplateException.broken("a range of more than 100,000 numbers");
            }
        }
        return numbers;
    }

    /// `strftime` with the fields that templates use.
    private static String formatted(LocalDateTime time, String pattern) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                text.append(c);
                continue;
            }
            char field = pattern.charAt(++i);
            boolean isBare = field == '-' && i + 1 < pattern.length();
            text.append(field(time, isBare ? pattern.charAt(++i) : field, isBare));
        }
        return text.toString();
    }

    private static String field(LocalDateTime time, char field, boolean isBare) {
        return switch (field) {
            case 'Y' -> String.valueOf(time.getYear());
            case 'm' -> digits(time.getMonthValue(), isBare);
            case 'd' -> digits(time.getDayOfMonth(), isBare);
            case 'H' -> digits(time.getHour(), isBare);
            case 'I' -> digits((time.getHour() + 11) % 12 + 1, isBare);
            case 'M' -> digits(time.getMinute(), isBare);
            case 'S' -> digits(time.getSecond(), isBare);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'y' -> time.format(DateTimeFormatter.ofPattern("yy", Locale.ROOT));
            case 'j' -> String.format(Locale.ROOT, isBare ? "%d" : "%03d", time.getDayOfYear());
            case '%' -> "%";
            default -> throw TemplateException.broken("strftime_now knows no %" + field);
        };
    }

    private static String digits(int number, boolean isBare) {
        return String.format(Locale.ROOT, isBare ? "%d" : "%02d", number);
    }
}

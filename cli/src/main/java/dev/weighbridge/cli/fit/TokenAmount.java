package dev.weighbridge.cli.fit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a number of tokens as people write it: `32768`, `32k` and `32K` (1,024 each), `1M`.
final class TokenAmount implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,12})([kKmM]?)");
    private static final long KIBI = 1024;

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text.strip().replace(",", "").replace("_", ""));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no number of tokens: write 8192 or 8k");
        }
        long number = Long.parseLong(matcher.group(1));
        long tokens = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> number * KIBI;
            case "m" -> number * KIBI * KIBI;
            default -> number;
        };
        if (tokens < 1 || tokens > Integer.MAX_VALUE) {
            throw new TypeConversionException("'" + text + "' is no number of tokens from 1 to 2,147,483,647");
        }
        return tokens;
    }
}

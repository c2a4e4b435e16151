package dev.weighbridge.planner.catalogue;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a publisher says of a model. A field that no source gives is absent.
///
/// @param name the model's usual name in the catalogue
/// @param publisher who made it
/// @param licenceName SPDX identifier, or the name that the publisher gives its licence
/// @param commercial whether the licence allows commercial use; UNKNOWN where no licence was found
/// @param releaseDate day, month or year of publication (`2025-04-29`, `2025-04`, `2025`)
/// @param contextTokens positions that the publisher supports; null where the configuration alone says
/// @param languages codes of ISO 639-1, the main ones where there are many
/// @param languageTotal how many languages the publisher counts; null where the list is whole
/// @param inputs what it reads: text, image, audio, video
/// @param outputs what it makes: text, image, video, audio, embedding, score, label
/// @param tasks what it is for
/// @param thinks whether it can write out its reasoning before it answers
/// @param parameterCount all parameters, as the model's family counts them
/// @param activeParameterCount those that one token meets
/// @param publishedPrecision in which the publisher gives the weights (`MXFP4`); null for 16 bits
/// @param source where this was read
public record ModelFacts(
        String name,
        String publisher,
        @Nullable String licenceName,
        Commercial commercial,
        @Nullable String releaseDate,
        @Nullable Long contextTokens,
        List<String> languages,
        @Nullable Integer languageTotal,
        List<String> inputs,
        List<String> outputs,
        List<String> tasks,
        boolean thinks,
        long parameterCount,
        long activeParameterCount,
        @Nullable String publishedPrecision,
        String source) {
    /// Whether a licence allows commercial use.
    public enum Commercial {
        /// Without asking and without a condition beyond attribution.
        YES,
        /// Under conditions: revenue, users, field of use, or a licence to be asked for.
        CONDITIONAL,
        /// Not at all.
        NO,
        /// No licence was found.
        UNKNOWN;

        /// In lower case, as data and commands write it.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Copies the lists.
    public ModelFacts {
        languages = List.copyOf(languages);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        tasks = List.copyOf(tasks);
    }

    /// The licence, where one was found.
    public Optional<String> licence() {
        return Optional.ofNullable(licenceName);
    }

    /// Day, month or year of publication, where it was found.
    public Optional<String> released() {
        return Optional.ofNullable(releaseDate);
    }

    /// Positions that the publisher supports, where it says.
    public OptionalLong context() {
        return contextTokens == null ? OptionalLong.empty() : OptionalLong.of(contextTokens);
    }

    /// How many languages the publisher counts, where it counts more than it lists.
    public OptionalInt languageCount() {
        return languageTotal == null ? OptionalInt.empty() : OptionalInt.of(languageTotal);
    }

    /// The precision in which the publisher gives the weights, where it is not 16 bits.
    public Optional<String> nativePrecision() {
        return Optional.ofNullable(publishedPrecision);
    }

    /// Year of publication with its fraction (2025.33), to the precision of what is known; the middle of
    /// a month or a year that is all there is.
    public Optional<Double> releaseYear() {
        if (releaseDate == null) {
            return Optional.empty();
        }
        String[] parts = releaseDate.split("-", -1);
        double month = parts.length > 1 ? Integer.parseInt(parts[1]) - 1.0 : 6.0;
        double day = parts.length > 2 ? (Integer.parseInt(parts[2]) - 1.0) / 31.0 : 0.5;
        return Optional.of(Integer.parseInt(parts[0]) + (parts.length > 1 ? (month + day) / 12.0 : 0.5));
    }
}

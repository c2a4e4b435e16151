package dev.weighbridge.planner.catalogue;

import dev.weighbridge.model.config.Config;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A model known by name.
///
/// @param name the usual short name, in lower case (`llama-3.1-70b`)
/// @param aliases further names (`llama3.1:70b`)
/// @param repository where its publisher has it on the Hugging Face hub
/// @param source where the configuration comes from
/// @param published the count its publisher gives, where one was found; else null
/// @param config its configuration, the defaults of its class filled in
public record KnownModel(
        String name,
        List<String> aliases,
        String repository,
        String source,
        @Nullable Long published,
        Config config) {
    /// Copies the list.
    public KnownModel {
        aliases = List.copyOf(aliases);
    }

    /// The count its publisher gives, where one was found.
    public OptionalLong publishedParameters() {
        return published == null ? OptionalLong.empty() : OptionalLong.of(published);
    }
}

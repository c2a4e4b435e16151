package dev.weighbridge.files.config;

import dev.weighbridge.files.json.JsonReader;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a `config.json` and fills in what it leaves out.
public final class ConfigReader {
    private static final int MAX_BYTES = 1 << 24;

    private ConfigReader() {}

    /// A configuration as it was read.
    ///
    /// @param raw as it stands in the file
    /// @param config with the defaults of its class and every name of every field
    /// @param findings what is readable but irregular
    public record Reading(Config raw, Config config, List<Finding> findings) {
        /// Copies the list.
        public Reading {
            findings = List.copyOf(findings);
        }
    }

    /// Reads a configuration.
    ///
    /// @throws MalformedException if it is no JSON object, beyond 16 MiB, or gives a text for a number of its class
    public static Reading read(ByteSource source) throws IOException {
        if (source.size() > MAX_BYTES) {
            throw new MalformedException(source.name() + " has " + source.size() + " bytes; a config of at most "
                    + MAX_BYTES + " is accepted");
        }
        byte[] bytes = new byte[(int) source.size()];
        source.readFully(0, ByteBuffer.wrap(bytes));
        JsonReader json = new JsonReader(source.name(), bytes, JsonReader.Dialect.PYTHON);
        Object value = json.value();
        json.endDocument();
        if (!(value instanceof Map<?, ?>)) {
            throw new MalformedException(source.name() + " holds no JSON object");
        }
        List<Finding> findings = new ArrayList<>();
        for (String name : json.repeatedNames()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR, name, source.name() + " gives " + name + " twice; the last one counts"));
        }
        Map<String, @Nullable Object> fields = ClassDefaults.object(SpecialFloats.decode(value));
        return new Reading(Config.of(fields), Config.of(ConfigResolver.resolve(fields)), findings);
    }

    /// Every name of a field of the class of that model type; empty where no such class is known.
    public static Set<String> fields(String modelType) {
        Set<String> names = new HashSet<>();
        ClassDefaults.find(modelType).ifPresent(defaults -> {
            names.addAll(defaults.fields().keySet());
            names.addAll(defaults.aliases().keySet());
        });
        return names;
    }

    /// A configuration, or a nested part of one, with everything filled in that the class of its `model_type` has for
    /// it.
    /// Without such a class it stays as it is, but for nested configurations whose class is known.
    ///
    /// @throws MalformedException if it gives a text where its class has a number
    public static Config resolve(Config raw) {
        return Config.of(ConfigResolver.resolve(raw.values()));
    }
}

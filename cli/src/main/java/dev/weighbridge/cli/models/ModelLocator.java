package dev.weighbridge.cli.models;

import dev.weighbridge.files.ModelReader;
import dev.weighbridge.files.hub.Source;
import dev.weighbridge.files.hub.SourceResolver;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.checkpoint.StoredFile;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.inventory.WeighedModel;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the model that a text stands for, wherever it is, and weighs it.
public final class ModelLocator {
    private final Families families;
    private final Catalogue catalogue;
    private final SourceResolver resolver;

    /// Knows the architectures of `families`, the names of `catalogue` and the addresses of `resolver`.
    public ModelLocator(Families families, Catalogue catalogue, SourceResolver resolver) {
        this.families = families;
        this.catalogue = catalogue;
        this.resolver = resolver;
    }

    /// The sources that an argument stands for: itself, or the models that a pattern over paths matches.
    List<String> expand(String argument) throws IOException {
        return PathPattern.of(argument).map(PathPattern::models).orElse(List.of(argument));
    }

    /// Weighs the model that `source` names.
    ///
    /// @throws NotFoundException if there is none
    WeighedModel weigh(String source) throws IOException {
        Optional<Source> found = resolver.resolve(source);
        if (found.isEmpty()) {
            return WeighedModel.of(knownModel(source), families);
        }
        try (Repository repository = found.get().repository()) {
            return weigh(repository, found.get().file());
        }
    }

    /// The model of that name in the catalogue, as a checkpoint without files.
    private Checkpoint knownModel(String name) {
        KnownModel model = catalogue.find(name).orElseThrow(() -> unknown(name));
        return new Checkpoint(
                Format.CONFIG,
                model.name(),
                List.of(new StoredFile("catalogue:" + model.name(), 0)),
                Config.of(Map.of("repository", model.repository(), "source", model.source())),
                model.config(),
                List.of(),
                List.of(),
                0);
    }

    private NotFoundException unknown(String name) {
        String sentence = name + " is neither a path that exists nor the name of a known model";
        List<String> nearest = catalogue.nearest(name);
        return nearest.isEmpty()
                ? new NotFoundException(sentence, "for a model on the Hugging Face hub write hf:org/name")
                : new NotFoundException(sentence, "did you mean " + String.join(", ", nearest) + "?");
    }

    private WeighedModel weigh(Repository repository, Optional<String> file) throws IOException {
        if (file.isPresent()) {
            return WeighedModel.of(ModelReader.read(repository, file.get()), families);
        }
        Map<String, String> components = ModelReader.components(repository);
        if (components.isEmpty()) {
            return WeighedModel.of(ModelReader.read(repository), families);
        }
        Map<String, WeighedModel> weighed = new LinkedHashMap<>();
        for (Map.Entry<String, String> component : components.entrySet()) {
            Checkpoint checkpoint = ModelReader.read(repository, component.getValue());
            weighed.put(component.getKey(), WeighedModel.of(checkpoint, families));
        }
        return WeighedModel.pipeline(repository.name(), ModelReader.pipelineIndex(repository), weighed);
    }
}

package dev.weighbridge.cli;

import dev.weighbridge.files.ModelReader;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.error.NotFoundException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.inventory.WeighedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the model that a text stands for, wherever it is, and weighs it.
public final class ModelLocator {
    private final Families families;

    /// Knows the architectures of `families`.
    public ModelLocator(Families families) {
        this.families = families;
    }

    /// The sources that an argument stands for: itself, or the models that a pattern over paths matches.
    List<String> expand(String argument) throws IOException {
        return PathPattern.of(argument).map(PathPattern::models).orElse(List.of(argument));
    }

    /// Weighs the model that `source` names.
    ///
    /// @throws NotFoundException if there is none
    WeighedModel weigh(String source) throws IOException {
        try (LocalRepository repository = LocalRepository.of(Path.of(source))) {
            return weigh(repository, repository.file());
        }
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

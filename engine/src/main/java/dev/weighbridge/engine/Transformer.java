package dev.weighbridge.engine;

import dev.weighbridge.engine.layer.Layer;
import dev.weighbridge.engine.layer.LayerCompiler;
import dev.weighbridge.engine.layer.Step;
import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.files.ModelReader;
import dev.weighbridge.files.source.LocalRepository;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.Hyperparameters;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.inventory.WeighedModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A loaded model: layers over mapped weights, from token ids to logits. Safe for many sequences at a time; each has a
/// [Step] of its own.
public final class Transformer implements AutoCloseable {
    private final Arena arena;
    private final Blueprint blueprint;
    private final Layer layers;

    private Transformer(Arena arena, Blueprint blueprint, Layer layers) {
        this.arena = arena;
        this.blueprint = blueprint;
        this.layers = layers;
    }

    /// Loads the model at a path: a folder, or one of its files.
    ///
    /// @throws dev.weighbridge.model.error.WeighException if the files are broken or not known to the engine
    /// @throws IOException if they cannot be read
    public static Transformer load(Path path, Families families) throws IOException {
        LocalRepository repository = LocalRepository.of(path);
        Checkpoint checkpoint = repository.file().isPresent()
                ? ModelReader.read(repository, repository.file().get())
                : ModelReader.read(repository);
        WeighedModel model = WeighedModel.of(checkpoint, families);
        Blueprint blueprint = model.blueprint()
                .orElseThrow(() -> new UnsupportedException(path + ": no family knows its architecture "
                        + model.architecture().orElse("")));
        Arena arena = Arena.ofShared();
        try {
            Weights weights = Weights.map(model, blueprint, repository.folder(), arena);
            return new Transformer(arena, blueprint, LayerCompiler.compile(blueprint, weights));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// What the architecture says.
    public Blueprint blueprint() {
        return blueprint;
    }

    /// Length of an output row: the vocabulary, or the hidden size of a model without a head.
    public int width() {
        return layers.width();
    }

    /// Tokens that the model knows.
    public int vocabularySize() {
        Long size = Hyperparameters.of(blueprint.config()).values().get("vocabulary_size");
        return size == null ? width() : Math.toIntExact(size);
    }

    /// Tokens that end a text, as the configuration names them.
    public Set<Integer> endTokens() {
        return switch (blueprint.config().values().get("eos_token_id")) {
            case Long id -> Set.of(id.intValue());
            case List<?> ids ->
                ids.stream()
                        .filter(Long.class::isInstance)
                        .map(id -> ((Long) id).intValue())
                        .collect(Collectors.toUnmodifiableSet());
            case null, default -> Set.of();
        };
    }

    /// Runs tokens of a sequence, `[ids.length, width]`.
    ///
    /// @param step the sequence's own
    /// @param from position of the first
    public float[] forward(Step step, int[] ids, int from) {
        step.begin(ids, from);
        float[] outputs = new float[ids.length * width()];
        layers.apply(step, new float[0], outputs);
        return outputs;
    }

    @Override
    public void close() {
        arena.close();
    }
}

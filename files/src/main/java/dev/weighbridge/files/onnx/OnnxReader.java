package dev.weighbridge.files.onnx;

import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.files.source.Repository;
import dev.weighbridge.model.checkpoint.Checkpoint;
import dev.weighbridge.model.checkpoint.Format;
import dev.weighbridge.model.config.Config;
import java.io.IOException;

/// Reads ONNX models (`.onnx`), with external data or without.
public final class OnnxReader {
    /// What the name of a model ends with.
    public static final String EXTENSION = ".onnx";

    private OnnxReader() {}

    /// Reads the model at `path`; of external data files only the lengths are asked for.
    ///
    /// Every initializer is listed. Those that are no parameters (shapes, indices, scales, tables) each have a
    /// finding of the kind `NOT_A_PARAMETER`. Weights that an operator keeps packed in bytes are listed with their
    /// logical shape and a finding of the kind `PACKED`. Metadata: `producer_name`, `opset_import`,
    /// `metadata_props` and the like.
    ///
    /// @throws dev.weighbridge.model.error.MalformedException if the file is broken
    /// @throws dev.weighbridge.model.error.UnsupportedException if a data type is not known here
    public static Checkpoint read(Repository repository, String path) throws IOException {
        try (ByteSource source = repository.open(path)) {
            GraphReader graph = new GraphReader(new WireReader(source));
            graph.readModel();
            TensorPlacer placer = new TensorPlacer(repository, path, source);
            placer.placeAll(graph);
            return new Checkpoint(
                    Format.ONNX,
                    repository.name(),
                    placer.files(),
                    Config.of(graph.metadata()),
                    Config.EMPTY,
                    placer.tensors(),
                    placer.findings(),
                    source.bytesRead());
        }
    }
}

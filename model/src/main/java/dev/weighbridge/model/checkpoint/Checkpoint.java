package dev.weighbridge.model.checkpoint;

import dev.weighbridge.model.config.Config;
import java.util.ArrayList;
import java.util.List;

/// Everything the headers of a model's files say.
///
/// @param format the format of the files
/// @param name what to call the model: its own name in the metadata, else that of its file or folder
/// @param files the files read, in the order that [StoredTensor#file()] counts
/// @param metadata the format's own metadata, as it stands in the file (GGUF keys, safetensors `__metadata__`)
/// @param config the configuration in the vocabulary of `config.json`, with the defaults of its class; empty where
/// there is none
/// @param tensors every stored tensor, in file order
/// @param findings what a reader should know
/// @param bytesRead bytes taken from disk or network to learn all this
public record Checkpoint(
        Format format,
        String name,
        List<StoredFile> files,
        Config metadata,
        Config config,
        List<StoredTensor> tensors,
        List<Finding> findings,
        long bytesRead) {
    /// Copies the lists.
    public Checkpoint {
        files = List.copyOf(files);
        tensors = List.copyOf(tensors);
        findings = List.copyOf(findings);
    }

    /// Bytes that the tensors take in the files; a range that two tensors share counts for each.
    public long tensorBytes() {
        return tensors.stream().mapToLong(StoredTensor::bytes).reduce(0, Math::addExact);
    }

    /// The same with a configuration that was found beside it.
    public Checkpoint withConfig(Config other) {
        return new Checkpoint(format, name, files, metadata, other, tensors, findings, bytesRead);
    }

    /// The same with further findings.
    public Checkpoint withFindings(List<Finding> further) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(further);
        return new Checkpoint(format, name, files, metadata, config, tensors, all, bytesRead);
    }

    /// The same under another name.
    public Checkpoint named(String other) {
        return new Checkpoint(format, other, files, metadata, config, tensors, findings, bytesRead);
    }
}

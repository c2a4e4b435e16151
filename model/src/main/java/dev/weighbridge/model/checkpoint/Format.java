package dev.weighbridge.model.checkpoint;

import java.util.Locale;

/// The format that a checkpoint is stored in.
public enum Format {
    GGUF,
    SAFETENSORS,
    PYTORCH,
    ONNX,
    /// A `config.json` alone: an architecture without tensors.
    CONFIG;

    /// The format's name in lower case, as shown and as written to JSON.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

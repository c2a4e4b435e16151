/// Model files and where they come from: the formats (GGUF, safetensors, PyTorch, ONNX, config.json) and the sources
/// (paths, hubs, HTTP ranges, local stores). Turns bytes into the types of `model`; knows nothing of planning or of the
/// command line. Files come from strangers: every length, count and offset is checked before it is used.
@NullMarked
package dev.weighbridge.files;

import org.jspecify.annotations.NullMarked;

/// The settings of a model as one read-only tree of values, whatever file they came from.
///
/// The vocabulary is that of Hugging Face's `config.json`; readers of other formats translate into it. Start at
/// [Config]. Nothing here knows JSON, GGUF or a file.
@NullMarked
package dev.weighbridge.model.config;

import org.jspecify.annotations.NullMarked;

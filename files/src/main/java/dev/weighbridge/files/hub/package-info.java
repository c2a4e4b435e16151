/// Where models are published: Hugging Face, ModelScope, Ollama's registry and store, plain addresses.
///
/// Start at [SourceResolver], which turns what a user typed into a [Source]. Each hub is a
/// [dev.weighbridge.files.source.Repository] that knows the hub's addresses and its ways of saying no. Nothing
/// here knows what a format means or reads the environment.
@NullMarked
package dev.weighbridge.files.hub;

import org.jspecify.annotations.NullMarked;

/// The models that are on this machine already, in the stores of the programs that fetched them.
///
/// | store | layout |
/// |---|---|
/// | Hugging Face cache | `models--ORG--NAME/refs/main`, `…/snapshots/COMMIT/…`, links into `…/blobs` |
/// | Ollama | `manifests/HOST/NAMESPACE/MODEL/TAG`, `blobs/sha256-…` |
/// | LM Studio, ModelScope | `ORG/NAME/…` |
/// | llama.cpp | `*.gguf` side by side, or the layout of the Hugging Face cache |
///
/// Start at [LocalModels]. Names and lengths are all that is looked at; no file is opened but Ollama's manifests.
@NullMarked
package dev.weighbridge.files.local;

import org.jspecify.annotations.NullMarked;

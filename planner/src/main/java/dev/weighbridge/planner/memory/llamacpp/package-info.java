/// Memory in llama.cpp and what is built on it: ik_llama.cpp and Ollama.
///
/// Start at [LlamaCpp], the runtime, and [LlamaCppSettings], what it can be told beside what every
/// runtime is asked.
/// What a layer keeps is read off the blueprint ([LayerMemory]); where llama.cpp differs from the
/// blueprint is data
/// (`architectures.jsonl`). Compute buffers are the business of `memory.graph`.
///
/// | part | where | llama.cpp |
/// |---|---|---|
/// | cells of a cache | [Cells] | `llama_context`, `llama_kv_cache_iswa` |
/// | rows of a cell | [LayerMemory] | `llama_hparams::n_embd_k_gqa`, `n_embd_r`, `n_embd_s` |
/// | caches on devices | [Caches] | `llama_kv_cache`, `llama_memory_recurrent` |
/// | layers on devices | [LayerDevices] | `llama_model::load_tensors` |
/// | weights on devices | [WeightBuffers] | `llama_model_loader::create_tensor` |
@NullMarked
package dev.weighbridge.planner.memory.llamacpp;

import org.jspecify.annotations.NullMarked;

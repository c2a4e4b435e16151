/// The compute buffers of ggml runtimes: what llama.cpp reserves, beside weights and cache, for the
/// intermediate results of one micro-batch.
///
/// Start at [ComputeBuffers]. It asks for an architecture, the settings of the runtime ([GraphSettings]) and
/// where each layer lies ([Residence]); it knows nothing of how a cache is sized or how layers are divided,
/// which its caller does.
@NullMarked
package dev.weighbridge.planner.memory.graph;

import org.jspecify.annotations.NullMarked;

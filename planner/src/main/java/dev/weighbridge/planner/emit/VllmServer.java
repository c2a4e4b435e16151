package dev.weighbridge.planner.emit;

import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import java.util.List;

/// vLLM's OpenAI-compatible server.
final class VllmServer implements Engine {
    @Override
    public String name() {
        return "vllm";
    }

    @Override
    public Launch launch(Deployment deployment) {
        CheckpointFlags.requireDevices(deployment, "vLLM");
        Workload workload = deployment.workload();
        Split.Parallel parallel = deployment.parallel();
        String revision = CheckpointFlags.revision(deployment);
        Launch.Builder launch = new Launch.Builder("vllm", "serve")
                .with(CheckpointFlags.model(deployment, "vLLM"))
                .when(!revision.isEmpty(), "--revision", revision)
                .with("--served-model-name", deployment.name())
                .with("--max-model-len", workload.context())
                .with("--max-num-seqs", workload.sequences())
                .when(workload.batch() > 0, "--max-num-batched-tokens", workload.batch())
                .with("--gpu-memory-utilization", CheckpointFlags.share(deployment.memoryShare()))
                .when(parallel.tensor() > 1, "--tensor-parallel-size", parallel.tensor())
                .when(parallel.pipeline() > 1, "--pipeline-parallel-size", parallel.pipeline())
                .when(parallel.isExpertParallel(), "--enable-expert-parallel");
        CheckpointFlags.dataType(deployment).ifPresent(type -> launch.with("--dtype", type));
        switch (CheckpointFlags.WhileLoading.of(deployment)) {
            case FP8 -> launch.with("--quantization", "fp8");
            case NORMAL_FLOAT -> launch.with("--quantization", "bitsandbytes");
            case INT8, NONE -> CheckpointFlags.noteCheckpoint(deployment, launch);
        }
        CheckpointFlags.cacheType(workload, "vLLM").ifPresent(type -> launch.with("--kv-cache-dtype", type));
        return launch.build();
    }

    @Override
    public List<String> listening(int port) {
        return List.of("--host", "0.0.0.0", "--port", Integer.toString(port));
    }
}

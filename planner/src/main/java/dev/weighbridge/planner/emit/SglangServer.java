package dev.weighbridge.planner.emit;

import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import java.util.List;

/// SGLang's server.
final class SglangServer implements Engine {
    @Override
    public String name() {
        return "sglang";
    }

    @Override
    public Launch launch(Deployment deployment) {
        CheckpointFlags.requireDevices(deployment, "SGLang");
        Workload workload = deployment.workload();
        Split.Parallel parallel = deployment.parallel();
        String revision = CheckpointFlags.revision(deployment);
        Launch.Builder launch = new Launch.Builder("sglang", "serve")
                .with("--model-path", CheckpointFlags.model(deployment, "SGLang"))
                .when(!revision.isEmpty(), "--revision", revision)
                .with("--served-model-name", deployment.name())
                .with("--context-length", workload.context())
                .with("--max-running-requests", workload.sequences())
                .when(workload.batch() > 0, "--chunked-prefill-size", workload.batch())
                .with("--mem-fraction-static", CheckpointFlags.share(deployment.memoryShare()))
                .when(parallel.tensor() > 1, "--tp-size", parallel.tensor())
                .when(parallel.pipeline() > 1, "--pp-size", parallel.pipeline())
                .when(parallel.isExpertParallel(), "--ep-size", parallel.tensor());
        CheckpointFlags.dataType(deployment).ifPresent(type -> launch.with("--dtype", type));
        switch (CheckpointFlags.WhileLoading.of(deployment)) {
            case FP8 -> launch.with("--quantization", "fp8");
            case NORMAL_FLOAT -> launch.with("--quantization", "bitsandbytes");
            case INT8, NONE -> CheckpointFlags.noteCheckpoint(deployment, launch);
        }
        CheckpointFlags.cacheType(workload, "SGLang").ifPresent(type -> launch.with("--kv-cache-dtype", type));
        return launch.build();
    }

    @Override
    public List<String> listening(int port) {
        return List.of("--host", "0.0.0.0", "--port", Integer.toString(port));
    }

    @Override
    public boolean isEntryPoint() {
        return false;
    }
}

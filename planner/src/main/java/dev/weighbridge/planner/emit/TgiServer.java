package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.memory.Workload;
import java.util.List;

/// Hugging Face's Text Generation Inference, which is in maintenance mode.
final class TgiServer implements Engine {
    @Override
    public String name() {
        return "tgi";
    }

    @Override
    public Launch launch(Deployment deployment) {
        CheckpointFlags.requireDevices(deployment, "TGI");
        Workload workload = deployment.workload();
        String revision = CheckpointFlags.revision(deployment);
        int ranks = deployment.deviceCount();
        Launch.Builder launch = new Launch.Builder("text-generation-launcher")
                .with("--model-id", CheckpointFlags.model(deployment, "TGI"))
                .when(!revision.isEmpty(), "--revision", revision)
                .with("--max-total-tokens", workload.context())
                // a prompt leaves room for one token at least
                .with("--max-input-tokens", Math.max(1, workload.context() - 1))
                .with("--max-batch-size", workload.sequences())
                .when(workload.batch() > 0, "--max-batch-prefill-tokens", workload.batch())
                .with("--cuda-memory-fraction", CheckpointFlags.share(deployment.memoryShare()))
                .when(ranks > 1, "--num-shard", ranks);
        CheckpointFlags.dataType(deployment).ifPresent(type -> {
            if (type.equals("float32")) {
                throw new UnsupportedException("TGI loads weights in 16 bits at most");
            }
            launch.with("--dtype", type);
        });
        switch (CheckpointFlags.WhileLoading.of(deployment)) {
            case FP8 -> launch.with("--quantize", "fp8");
            case NORMAL_FLOAT -> launch.with("--quantize", "bitsandbytes-nf4");
            case INT8 -> launch.with("--quantize", "bitsandbytes");
            case NONE -> CheckpointFlags.noteCheckpoint(deployment, launch);
        }
        CheckpointFlags.cacheType(workload, "TGI")
                .ifPresent(type -> launch.with("--kv-cache-dtype", type.equals("fp8_e4m3") ? "fp8_e4m3fn" : type));
        return launch.note("TGI is in maintenance mode; vLLM and SGLang are what its makers recommend")
                .build();
    }

    @Override
    public List<String> listening(int port) {
        return List.of("--hostname", "0.0.0.0", "--port", Integer.toString(port));
    }
}

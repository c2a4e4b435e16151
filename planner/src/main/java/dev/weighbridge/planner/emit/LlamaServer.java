package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// llama.cpp's server. Its context is that of all slots together, and slots are equal parts of it once
/// their number is
/// given.
final class LlamaServer implements Engine {
    private static final Set<DataType> CACHE_TYPES = EnumSet.of(
            DataType.F32,
            DataType.F16,
            DataType.BF16,
            DataType.Q8_0,
            DataType.Q4_0,
            DataType.Q4_1,
            DataType.IQ4_NL,
            DataType.Q5_0,
            DataType.Q5_1);

    @Override
    public String name() {
        return "llama-server";
    }

    @Override
    public Launch launch(Deployment deployment) {
        Workload workload = deployment.workload();
        Placement placement = deployment.placement();
        Launch.Builder launch = new Launch.Builder("llama-server");
        model(deployment, launch);
        launch.with("--alias", deployment.name())
                .with("--ctx-size", workload.totalTokens())
                .with("--parallel", workload.sequences())
                .when(workload.batch() > 0, "--batch-size", workload.batch())
                .when(workload.microBatch() > 0, "--ubatch-size", workload.microBatch());
        cache(workload, launch);
        if (deployment.deviceCount() == 0) {
            launch.with("--device", "none");
        } else {
            launch.with("--gpu-layers", layers(placement))
                    .when(placement.hostExpertLayers() > 0, "--n-cpu-moe", placement.hostExpertLayers());
            split(placement, launch);
        }
        // the plan is carried out as it is: nothing is left for the server to adjust
        return launch.with("--fit", "off").build();
    }

    private static void model(Deployment deployment, Launch.Builder launch) {
        switch (deployment.address()) {
            case ModelAddress.Hub hub
            when deployment.isGguf() -> {
                boolean isFile = hub.file().endsWith(".gguf");
                String type = deployment.isAsStored()
                        ? hub.file()
                        : deployment.precision().name();
                launch.with("--hf-repo", type.isEmpty() || isFile ? hub.repository() : hub.repository() + ":" + type)
                        .when(isFile, "--hf-file", hub.file())
                        .when(deployment.hasTowers(), "--no-mmproj");
                if (deployment.hasTowers()) {
                    launch.note("images and sound are left out, as in the plan; drop --no-mmproj to take them in");
                }
            }
            case ModelAddress.Local local
            when deployment.isGguf() && deployment.isAsStored() -> launch.with("--model", local.path());
            case ModelAddress.Library library ->
                throw new UnsupportedException(
                        "llama-server does not fetch " + library.name() + " from Ollama's library",
                        "give the path of its GGUF file, or --runtime ollama");
            case ModelAddress.Hub _, ModelAddress.Local _ -> {
                String file =
                        deployment.serviceName() + "-" + deployment.precision().name() + ".gguf";
                launch.with("--model", file)
                        .note(file
                                + " must be made first, with llama.cpp's convert_hf_to_gguf.py and llama-quantize, or"
                                + " be fetched under that name");
            }
        }
    }

    private static void cache(Workload workload, Launch.Builder launch) {
        for (DataType type : List.of(workload.keyType(), workload.valueType())) {
            if (!CACHE_TYPES.contains(type)) {
                throw new UnsupportedException("llama-server keeps no cache of type " + type);
            }
        }
        launch.when(workload.keyType() != DataType.F16, "--cache-type-k", lower(workload.keyType()))
                .when(workload.valueType() != DataType.F16, "--cache-type-v", lower(workload.valueType()));
        boolean isQuantized = workload.valueType().kind() == DataType.Kind.QUANTIZED;
        switch (workload.attention()) {
            // quantised values are read by flash attention alone
            case AUTO -> launch.when(isQuantized, "--flash-attn", "on");
            case FLASH -> launch.with("--flash-attn", "on");
            case PLAIN -> launch.with("--flash-attn", "off");
        }
    }

    private static String layers(Placement placement) {
        return placement.offloadedLayers() == Placement.ALL ? "all" : Integer.toString(placement.offloadedLayers());
    }

    private static void split(Placement placement, Launch.Builder launch) {
        if (placement.devices().size() == 1) {
            return;
        }
        switch (placement.split()) {
            case Split.Layers layers -> {
                launch.with("--split-mode", "layer");
                if (!layers.shares().isEmpty()) {
                    launch.with("--tensor-split", shares(layers.shares()));
                }
            }
            case Split.Parallel parallel -> launch.with("--split-mode", parallel.tensor() > 1 ? "tensor" : "layer");
        }
    }

    /// Proportions in whole thousandths.
    private static String shares(List<Double> shares) {
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        return shares.stream()
                .map(share -> Long.toString(Math.round(share / sum * 1000)))
                .collect(Collectors.joining(","));
    }

    private static String lower(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> listening(int port) {
        return List.of("--host", "0.0.0.0", "--port", Integer.toString(port));
    }
}

package dev.weighbridge.planner.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final Device GPU = device("NVIDIA H100 SXM 80GB", "NVIDIA");
    private static final ModelAddress REPOSITORY = new ModelAddress.Hub("Qwen/Qwen3-32B", "", "");

    @Test
    void startsVllmOverSeveralDevices() {
        Deployment deployment = deployment("qwen3-32b", REPOSITORY, Precisions.parse("FP8"), 4)
                .with(Workload.of(32768)
                        .withSequences(64)
                        .withBatch(8192, 0)
                        .withCache(DataType.F8_E4M3, DataType.F8_E4M3));

        assertThat(write(Target.VLLM, deployment)).isEqualTo("""
                        # qwen3-32b at FP8 on 4 x NVIDIA H100 SXM 80GB, 64 x 32768 tokens
                        # options of vllm 0.29.0 (2026-09)
                        vllm serve \\
                            Qwen/Qwen3-32B \\
                            --served-model-name qwen3-32b \\
                            --max-model-len 32768 \\
                            --max-num-seqs 64 \\
                            --max-num-batched-tokens 8192 \\
                            --gpu-memory-utilization 0.9 \\
                            --tensor-parallel-size 4 \\
                            --quantization fp8 \\
                            --kv-cache-dtype fp8_e4m3
                        """);
    }

    @Test
    void startsSglangAtARevision() {
        ModelAddress pinned = new ModelAddress.Hub("Qwen/Qwen3-32B", "v1.0", "");

        assertThat(write(Target.SGLANG, deployment("qwen3-32b", pinned, Precisions.parse("BF16"), 2)))
                .isEqualTo("""
                        # qwen3-32b at BF16 on 2 x NVIDIA H100 SXM 80GB, 1 x 8192 tokens
                        # options of sglang 0.5.20 (2026-09)
                        sglang serve \\
                            --model-path Qwen/Qwen3-32B \\
                            --revision v1.0 \\
                            --served-model-name qwen3-32b \\
                            --context-length 8192 \\
                            --max-running-requests 1 \\
                            --mem-fraction-static 0.9 \\
                            --tp-size 2 \\
                            --dtype bfloat16
                        """);
    }

    @Test
    void startsLlamaServerWithExpertsInMainMemory() {
        Deployment deployment = gguf(new ModelAddress.Local("my models/mixtral.gguf"))
                .with(Workload.of(16384).withSequences(2).withCache(DataType.Q8_0, DataType.Q8_0))
                .with(Placement.on(GPU).expertsOnHost(12));

        assertThat(write(Target.LLAMA_SERVER, deployment)).isEqualTo("""
                        # mixtral at as stored on 1 x NVIDIA H100 SXM 80GB, 2 x 16384 tokens
                        # options of llama-server v0.5.0 (2026-09)
                        llama-server \\
                            --model 'my models/mixtral.gguf' \\
                            --alias mixtral \\
                            --ctx-size 32768 \\
                            --parallel 2 \\
                            --cache-type-k q8_0 \\
                            --cache-type-v q8_0 \\
                            --flash-attn on \\
                            --gpu-layers all \\
                            --n-cpu-moe 12 \\
                            --fit off
                        """);
    }

    @Test
    void dividesLayersAmongUnequalDevices() {
        Device small = device("NVIDIA GeForce RTX 3060", "NVIDIA");
        Deployment deployment = gguf(new ModelAddress.Hub("org/name-GGUF", "", "name-Q4_K_M.gguf"))
                .with(new Placement(List.of(GPU, small), new Split.Layers(List.of(80.0, 12.0)), 40, 0));

        assertThat(write(Target.LLAMA_SERVER, deployment))
                .contains("--hf-repo org/name-GGUF \\\n    --hf-file name-Q4_K_M.gguf")
                .contains("--gpu-layers 40")
                .contains("--split-mode layer \\\n    --tensor-split 870,130");
    }

    @Test
    void writesAModelfile() {
        Deployment deployment = gguf(new ModelAddress.Hub("unsloth/Qwen3-8B-GGUF", "", "Q4_K_M"))
                .with(Workload.of(8192).withSequences(4).withCache(DataType.Q8_0, DataType.Q8_0))
                .with(Placement.on(GPU).offloading(30));

        assertThat(write(Target.OLLAMA, deployment)).isEqualTo("""
                        # mixtral at as stored on 1 x NVIDIA H100 SXM 80GB, 4 x 8192 tokens
                        # options of ollama 0.35.0 (2026-09)
                        # the server takes its settings from its environment:
                        #   OLLAMA_NUM_PARALLEL=4 OLLAMA_FLASH_ATTENTION=1 OLLAMA_KV_CACHE_TYPE=q8_0 ollama serve
                        # then, with this text in a file named Modelfile:
                        #   ollama create mixtral -f Modelfile
                        #   ollama run mixtral
                        FROM hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M
                        PARAMETER num_ctx 8192
                        PARAMETER num_gpu 30
                        """);
    }

    @Test
    void writesAScriptForTransformers() {
        assertThat(write(Target.TRANSFORMERS, deployment("qwen3-32b", REPOSITORY, Precisions.parse("NF4"), 1)))
                .contains("from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig\n")
                .contains("AutoModelForCausalLM.from_pretrained(\n    \"Qwen/Qwen3-32B\",\n    dtype=\"auto\",\n")
                .contains("bnb_4bit_quant_type=\"nf4\", bnb_4bit_use_double_quant=True");
    }

    @Test
    void asksKubernetesForTheDevicesAndTheFiles() {
        assertThat(write(Target.KUBERNETES, deployment("qwen3-32b", REPOSITORY, Precisions.parse("FP8"), 2)))
                .contains("kind: PersistentVolumeClaim")
                .contains("image: vllm/vllm-openai:v0.29.0")
                .contains("            - \"--tensor-parallel-size\"\n            - \"2\"\n")
                .contains("            limits:\n              nvidia.com/gpu: 2\n")
                .contains("kind: Service");
    }

    @Test
    void mountsFilesOfThisMachineIntoAContainer() {
        Deployment deployment = gguf(new ModelAddress.Local("/data/models/mixtral-Q4_K_M.gguf"));

        assertThat(Target.COMPOSE.write(deployment, Optional.empty())).isEqualTo("""
                        # mixtral at as stored on 1 x NVIDIA H100 SXM 80GB, 1 x 8192 tokens
                        # options of llama-server v0.5.0 (2026-09)
                        services:
                          mixtral:
                            image: ghcr.io/ggml-org/llama.cpp:server-cuda
                            command:
                              - "--model"
                              - "/models/mixtral-Q4_K_M.gguf"
                              - "--alias"
                              - mixtral
                              - "--ctx-size"
                              - "8192"
                              - "--parallel"
                              - "1"
                              - "--gpu-layers"
                              - all
                              - "--fit"
                              - "off"
                              - "--host"
                              - "0.0.0.0"
                              - "--port"
                              - "8080"
                            ports:
                              - "8080:8080"
                            volumes:
                              - type: bind
                                source: "/data/models"
                                target: "/models"
                                read_only: true
                            ipc: host
                            restart: unless-stopped
                            deploy:
                              resources:
                                reservations:
                                  devices:
                                    - driver: nvidia
                                      count: 1
                                      capabilities:
                                        - gpu
                        """);
    }

    @Test
    void saysWhichCheckpointIsWanted() {
        assertThat(write(Target.VLLM, deployment("qwen3-32b", REPOSITORY, Precisions.parse("AWQ"), 1)))
                .contains("# the plan is for weights stored as AWQ-4bit-g128: put a checkpoint quantised so in place");
    }

    @Test
    void runsOnAProcessorAlone() {
        Deployment deployment = gguf(new ModelAddress.Local("a.gguf")).with(Placement.onHost());

        assertThat(write(Target.LLAMA_SERVER, deployment))
                .contains("--device none")
                .doesNotContain("--gpu-layers");
        assertThat(write(Target.COMPOSE, deployment))
                .contains("ghcr.io/ggml-org/llama.cpp:server\n")
                .doesNotContain("nvidia");
    }

    @Test
    void refusesWhatARuntimeCannotCarryOut() {
        Deployment files = gguf(new ModelAddress.Local("a.gguf"));
        Deployment partly = deployment("x", REPOSITORY, Precisions.parse("BF16"), 1)
                .with(Placement.on(GPU).offloading(10));
        Deployment mixed = files.with(Workload.of(8192).withCache(DataType.Q8_0, DataType.Q4_0));

        assertThatThrownBy(() -> write(Target.VLLM, files)).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> write(Target.SGLANG, partly)).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> write(Target.OLLAMA, mixed)).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> Target.KUBERNETES.write(files, Optional.of(Target.OLLAMA)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// A name goes into a shell, YAML, Python and a Modelfile: nothing in it may end a literal or a line.
    @ParameterizedTest
    @ValueSource(strings = {"a; rm -rf ~", "$(id)", "it's", "\"x\"", "a: b", "`id`", "#x", "-rf", "\\", "*"})
    void quotesWhateverStandsInAPath(String name) {
        Deployment deployment = gguf(new ModelAddress.Local("/models/" + name + ".gguf"));
        Deployment named = new Deployment(
                name,
                deployment.address(),
                true,
                false,
                deployment.precision(),
                1,
                deployment.workload(),
                deployment.placement(),
                1);

        String shell = write(Target.LLAMA_SERVER, named);
        String yaml = write(Target.COMPOSE, named);

        assertThat(shell).contains(Quoting.SHELL.quote("/models/" + name + ".gguf"));
        assertThat(Quoting.SHELL.quote(name).replace("'\\''", "")).matches("'[^']*'|[A-Za-z0-9_@%+=:,./-]+");
        assertThat(yaml).contains("- " + Quoting.YAML.quote("/models/" + name + ".gguf") + "\n");
        assertThat(named.serviceName()).matches("[a-z][a-z0-9-]*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\u0000b", "a\u2028b", "a\u0085b"})
    void refusesANameThatWouldEndALine(String name) {
        assertThatThrownBy(() -> new ModelAddress.Local(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> deployment(name, REPOSITORY, Precisions.parse("BF16"), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void isFoundByItsName(Target target) {
        assertThat(Target.parse(target.label().toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(target);
    }

    private static String write(Target target, Deployment deployment) {
        return target.write(deployment, Optional.empty());
    }

    private static Deployment gguf(ModelAddress address) {
        return new Deployment(
                "mixtral",
                address,
                true,
                false,
                Precisions.asStored(),
                1 << 30,
                Workload.of(8192),
                Placement.on(GPU),
                1);
    }

    private static Deployment deployment(String name, ModelAddress address, Precision precision, int count) {
        Placement placement =
                count == 1 ? Placement.on(GPU) : Placement.tensorParallel(Collections.nCopies(count, GPU));
        assertThat(precision.format()).isEqualTo(Format.SAFETENSORS);
        return new Deployment(name, address, false, false, precision, 1L << 36, Workload.of(8192), placement, 0.9);
    }

    private static Device device(String name, String vendor) {
        return new Device(
                name,
                List.of(),
                vendor,
                Device.Kind.ACCELERATOR,
                "Hopper",
                80L << 30,
                80L << 30,
                Basis.EXACT,
                3e12,
                Map.of("fp16", 1e15),
                new Device.Link("none", 0),
                700,
                null,
                null,
                Basis.PUBLISHED,
                "test",
                "2026-01-01");
    }
}

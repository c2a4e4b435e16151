package dev.weighbridge.planner.memory.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.device.Device;
import dev.weighbridge.planner.figure.Basis;
import dev.weighbridge.planner.memory.Component;
import dev.weighbridge.planner.memory.MemoryPlan;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Portion;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.memory.Workload.AttentionKernel;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Build;
import dev.weighbridge.planner.memory.llamacpp.LlamaCppSettings.Engine;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import dev.weighbridge.planner.precision.Precisions;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class LlamaCppTest {
    private static final Catalogue CATALOGUE = Catalogue.embedded();
    private static final Precision F16 = Precisions.parse("F16", Format.GGUF);
    private static final Device DEVICE = device(24L << 30);

    /// Bytes that llama.cpp v0.5.0 itself reports (`llama_get_memory_breakdown` of the libraries in npm
    /// node-llama-cpp
    /// 3.22.1, `no_alloc`, read without mmap) for header-only F16 files made by its own converter; the
    /// devices pretend
    /// to be of CUDA. Model; devices and layers; context; weights; keys and values; states. A question
    /// mark where the
    /// converter writes what the catalogue's configuration does not say.
    private static final String ORACLE = """
            llama-3.1-8b; -; c=8192; host:16061055232; host:1073741824; -
            llama-3.1-8b; gpus=2; c=8192 np=2 ctk=q8_0 ctv=q8_0; host:1050673152 CUDA0:7416086784 CUDA1:7594295552; CUDA0:303038464 CUDA1:267386880; -
            llama-3.2-1b; gpus=1 ngl=8; c=4096; host:1620197504 CUDA0:1376903296; host:75497472 CUDA0:58720256; -
            qwen3-30b-a3b; gpus=1 ngl=40 ncmoe=20; c=32768; host:25130853376 CUDA0:35958979584; host:603979776 CUDA0:2617245696; -
            mixtral-8x7b; gpus=3 split=3,1,2; c=4096 kvo=0; host:262144000 CUDA0:49344577536 CUDA1:14513111040 CUDA2:29288382464; host:536870912; -
            gemma-3-12b; gpus=1; c=32768; host:2013757440 CUDA0:23533599744; CUDA0:2650800128; -
            gemma-3-12b; gpus=1; c=32768 np=4 unified=1; host:2013757440 CUDA0:23533599744; CUDA0:3657433088; -
            gemma-3-12b; gpus=1; c=32768 np=4 ub=2048; host:2013757440 CUDA0:23533599744; CUDA0:6174015488; -
            gemma-3-12b; gpus=1; c=32768 swafull=1; host:2013757440 CUDA0:23533599744; CUDA0:12884901888; -
            gemma-4-31b; gpus=1; c=16384; host:2818572288 CUDA0:61397362176; CUDA0:2600468480; -
            gemma-4-26b-a4b; gpus=1; c=16384 fa=0; host:1476395008 CUDA0:50489316096; CUDA0:817889280; -
            gemma-3n-e2b-text; gpus=1; c=4096; ?; CUDA0:67108864; -
            gpt-oss-20b; gpus=1; c=65536 np=4 unified=1; host:1158266880 CUDA0:40689613056; CUDA0:1635778560; -
            llama-4-scout; gpus=1; c=65536; host:2068971520 CUDA0:213479608576; CUDA0:4504682496; -
            mimo-v2-flash; gpus=1; c=16384; host:1249902592 CUDA0:616407048960; CUDA0:530841600; -
            olmo-3-7b; -; c=16384; host:14597079040; host:3959422976; -
            deepseek-v3; gpus=1; c=4096; host:1853358080 CUDA0:1340414384128; CUDA0:287834112; -
            deepseek-v2-lite; gpus=1; c=4096; host:419430400 CUDA0:31000606720; CUDA0:127401984; -
            deepseek-v3.2; gpus=1; c=8192; host:1853358080 CUDA0:1342173432832; CUDA0:703594496; -
            deepseek-v4-flash; gpus=1; c=65536 np=2; ?; CUDA0:518520832; CUDA0:24412160
            glm-5.2; gpus=1; c=8192; host:1903165440 CUDA0:1485097439232; CUDA0:780140544; -
            minimax-m3; gpus=1; c=8192; ?; CUDA0:1245708288; -
            qwen3-next-80b-a3b; gpus=1; c=8192 np=3; host:622329856 CUDA0:158830095360; CUDA0:207618048; CUDA0:237109248
            qwen3.5-27b; gpus=1; c=8192; host:2542796800 CUDA0:51254497280; CUDA0:536870912; CUDA0:156893184
            jamba-v0.1; gpus=1; c=8192 np=2; host:536870912 CUDA0:102616976384; CUDA0:134217728; CUDA0:34865152
            nemotron-3-nano-30b-a3b; gpus=1; c=8192; host:704643072 CUDA0:62468965632; CUDA0:50331648; CUDA0:49930240
            granite-4.0-h-tiny; gpus=1; c=8192; host:308281344 CUDA0:13887624192; CUDA0:67108864; CUDA0:58060800
            lfm2-1.2b; gpus=1; c=8192; host:268435456 CUDA0:2340940800; CUDA0:100663296; CUDA0:163840
            mamba-2.8b; gpus=1; c=8192 np=5; host:257433600 CUDA0:5552097280; -; CUDA0:124518400
            t5-large; -; c=512; host:1475586048; host:50331648; -
            bert-base-uncased; -; c=512; host:218815488; -; -
            modernbert-large; -; c=512; ?; -; -
            qwen3-vl-8b; gpus=1; c=8192; host:1244659712 CUDA0:15137427456; CUDA0:1207959552; -
            phi-3-mini; -; c=4096; host:7642558464; host:1610612736; -
            """;

    @Test
    void agreesWithLlamaCppToTheByte() {
        SoftAssertions softly = new SoftAssertions();
        for (String line : ORACLE.lines().toList()) {
            String[] fields = line.split("; ");
            MemoryPlan plan = plan(fields[0], options(fields[1]), options(fields[2]));
            if (!fields[3].equals("?")) {
                softly.assertThat(bytes(plan, Component.WEIGHTS)).as(line).isEqualTo(fields[3]);
            }
            softly.assertThat(bytes(plan, Component.KV_CACHE)).as(line).isEqualTo(fields[4]);
            softly.assertThat(bytes(plan, Component.RECURRENT_STATE)).as(line).isEqualTo(fields[5]);
        }
        softly.assertAll();
    }

    @Test
    void keepsKeysAndValuesForEveryPositionBeforeWindowsHadCachesOfTheirOwn() {
        Build old = Build.of(LocalDate.of(2025, 4, 27));
        LlamaCpp runtime = new LlamaCpp(LlamaCppSettings.of(Engine.LLAMA_CPP).withBuild(old));

        MemoryPlan plan = runtime.plan(anatomy("gemma-3-27b"), F16, Workload.of(32_768), Placement.on(DEVICE));

        // printed by ik_llama.cpp, which has none to this day: 15872.00 MiB
        assertThat(plan.of(Component.KV_CACHE)).isEqualTo(15_872L << 20);
    }

    @Test
    void expandsLatentsWhereIkLlamaCppIsToldTo() {
        LlamaCppSettings settings = LlamaCppSettings.of(Engine.IK_LLAMA_CPP);
        Anatomy kimi = anatomy("kimi-k2");
        Workload workload = Workload.of(4096);

        long latents = cache(settings.withLatentAttention(3), kimi, workload);
        long twice = cache(settings.withLatentAttention(1), kimi, workload.withAttention(AttentionKernel.PLAIN));
        long expanded = cache(settings.withLatentAttention(0), kimi, workload);

        // the first as printed: c^KV (f16): 274.50 MiB, kv^T: not used; the others by its formulas
        assertThat(latents).isEqualTo((274L << 20) + (1 << 19));
        assertThat(twice).isEqualTo(61L * 4096 * (576 + 512) * 2);
        assertThat(expanded).isEqualTo(61L * 4096 * 64 * (192 + 128) * 2);
    }

    @Test
    void roundsTheContextUpToPagesOfTheBuild() {
        LlamaCppSettings settings = LlamaCppSettings.of(Engine.LLAMA_CPP);
        Anatomy pythia = anatomy("pythia-1.4b");
        Workload workload = Workload.of(128).withAttention(AttentionKernel.PLAIN);

        // printed by build 4396: 24.00 MiB; v0.5.0 rounds up to 256
        assertThat(cache(settings.withBuild(Build.of(4396)), pythia, workload)).isEqualTo(24L << 20);
        assertThat(cache(settings, pythia, workload)).isEqualTo(48L << 20);
    }

    @Test
    void sharesOneCacheAmongSequencesBeforeTheyHadTheirOwn() {
        LlamaCppSettings settings = LlamaCppSettings.of(Engine.LLAMA_CPP);
        Anatomy gemma = anatomy("gemma-3-12b");
        Workload workload = Workload.of(8192).withSequences(4);

        long before = cache(settings.withBuild(Build.of(LocalDate.of(2025, 6, 15))), gemma, workload);

        assertThat(before).isEqualTo(cache(settings.withUnifiedCache(true), gemma, workload));
        assertThat(before).isLessThan(cache(settings, gemma, workload));
    }

    @Test
    void saysHowTheCacheComesAbout() {
        MemoryPlan plan =
                LlamaCpp.standard().plan(anatomy("gemma-3-12b"), F16, Workload.of(32_768), Placement.on(DEVICE));

        Portion cache = plan.portions().stream()
                .filter(portion -> portion.component() == Component.KV_CACHE)
                .findFirst()
                .orElseThrow();

        assertThat(cache.basis()).isEqualTo(Basis.EXACT);
        assertThat(cache.derivation())
                .isEqualTo("40 layers x 1536 cells x (2048 keys F16 + 2048 values F16)"
                        + " + 8 layers x 32768 cells x (2048 keys F16 + 2048 values F16)");
    }

    @Test
    void refusesWhatLlamaCppRefuses() {
        Placement host = Placement.onHost();
        Workload plain =
                Workload.of(4096).withCache(DataType.F16, DataType.Q8_0).withAttention(AttentionKernel.PLAIN);
        LlamaCpp runtime = LlamaCpp.standard();

        assertThatThrownBy(() -> runtime.plan(anatomy("llama-3.1-8b"), F16, plain, host))
                .isInstanceOf(UnsupportedException.class)
                .hasMessage("llama.cpp keeps values in Q8_0 with flash attention only");
        assertThatThrownBy(() -> runtime.plan(anatomy("flux.1-dev"), F16, Workload.of(512), host))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageStartingWith("llama.cpp has no architecture for");
    }

    @Test
    void warnsBeyondTheContextThatTheModelWasMadeFor() {
        MemoryPlan plan = LlamaCpp.standard().plan(anatomy("llama-2-7b"), F16, Workload.of(8192), Placement.onHost());

        assertThat(plan.warnings())
                .containsExactly("the context of 8192 tokens is beyond the 4096 that the model was made for");
    }

    @Test
    void dealsOutEveryLayerOnce() {
        long seed = 20_260_801;
        var random = new java.util.Random(seed);
        for (int round = 0; round < 200; round++) {
            int layers = 1 + random.nextInt(120);
            int offloaded = random.nextInt(layers + 3);
            List<Double> shares = Collections.nCopies(1 + random.nextInt(4), 0).stream()
                    .map(_ -> 1.0 + random.nextInt(50))
                    .toList();
            Placement placement =
                    new Placement(Collections.nCopies(shares.size(), DEVICE), new Split.Layers(shares), offloaded, 0);

            LayerDevices devices = LayerDevices.of(layers, placement);

            long held =
                    devices.layers().stream().filter(device -> device >= 0).count() + (devices.output() >= 0 ? 1 : 0);
            assertThat(held).as("seed " + seed + ", round " + round).isEqualTo(Math.min(offloaded, layers + 1));
            assertThat(devices.layers()).as("seed " + seed + ", round " + round).isSorted();
        }
    }

    private static long cache(LlamaCppSettings settings, Anatomy model, Workload workload) {
        return new LlamaCpp(settings)
                .plan(model, F16, workload, Placement.on(DEVICE))
                .of(Component.KV_CACHE);
    }

    private static MemoryPlan plan(String model, Map<String, String> loading, Map<String, String> context) {
        int devices = Integer.parseInt(loading.getOrDefault("gpus", "0"));
        List<Double> shares = loading.containsKey("split")
                ? List.of(loading.get("split").split(",")).stream()
                        .map(Double::valueOf)
                        .toList()
                : List.of();
        int layers = loading.containsKey("ngl") ? Integer.parseInt(loading.get("ngl")) : Placement.ALL;
        int hostExperts = Integer.parseInt(loading.getOrDefault("ncmoe", "0"));
        Placement placement =
                new Placement(Collections.nCopies(devices, DEVICE), new Split.Layers(shares), layers, hostExperts);
        int sequences = Integer.parseInt(context.getOrDefault("np", "1"));
        Workload workload = new Workload(
                Long.parseLong(context.get("c")) / sequences,
                sequences,
                2048,
                Integer.parseInt(context.getOrDefault("ub", "512")),
                type(context.getOrDefault("ctk", "f16")),
                type(context.getOrDefault("ctv", "f16")),
                context.getOrDefault("fa", "1").equals("1") ? AttentionKernel.FLASH : AttentionKernel.PLAIN);
        LlamaCppSettings settings = LlamaCppSettings.of(Engine.LLAMA_CPP)
                .withLoading(false, false)
                .withUnifiedCache(context.containsKey("unified"))
                .withFullWindowCache(context.containsKey("swafull"))
                .withOffloading(!context.containsKey("kvo"), true);
        return new LlamaCpp(settings).plan(anatomy(model), F16, workload, placement);
    }

    private static DataType type(String name) {
        return DataType.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new HashMap<>();
        for (String option : text.split(" ")) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return options;
    }

    private static String bytes(MemoryPlan plan, Component component) {
        String text = plan.portions().stream()
                .filter(portion -> portion.component() == component)
                .map(portion -> portion.device())
                .distinct()
                .sorted()
                .map(device -> (device == Portion.HOST ? "host" : "CUDA" + device) + ":" + plan.of(component, device))
                .collect(Collectors.joining(" "));
        return text.isEmpty() ? "-" : text;
    }

    private static Anatomy anatomy(String name) {
        KnownModel known = CATALOGUE.find(name).orElseThrow();
        return Anatomy.of(known.name(), AllFamilies.families().blueprint(known.config()));
    }

    private static Device device(long bytes) {
        return new Device(
                "test",
                List.of(),
                "NVIDIA",
                Device.Kind.ACCELERATOR,
                "Ada",
                bytes,
                bytes,
                Basis.EXACT,
                1e12,
                Map.of(),
                Device.Link.NONE,
                0,
                null,
                null,
                Basis.EXACT,
                "test",
                "2026");
    }
}

package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.speed.Load.Arrival;
import dev.weighbridge.planner.speed.Terms.Features;
import dev.weighbridge.planner.speed.Terms.Kind;

/// The step that generates a token for each of many sequences in an engine that serves them together: vLLM, SGLang,
/// TensorRT-LLM.
///
/// Where requests come steadily, a step also reads its share of their prompts: `sequences · prompt / answer` tokens.
final class ServingDecode {
    /// Rows that a group's matrix kernel computes at least for an expert that any token met.
    private static final double TILE_ROWS = 64;

    /// Width of a latent's cache is not divided among ranks, nor are more ranks of use than there are heads of this
    /// many numbers of key and value.
    private static final double HEAD_ELEMENTS = 256;

    private static final double SLOW_LINK = 1e11;

    private ServingDecode() {}

    static Terms terms(Work work, Deployment deployment, Load load) {
        Traits traits = Traits.of(deployment.device());
        String engine = deployment.backend().label();
        String system = engine + " on " + traits.vendor();
        int devices = deployment.together();
        int ranks = deployment.attentionRanks();
        int replicas = Math.min(deployment.replicas(), devices);
        boolean isLatent = work.latentLayerCount() > 0;
        double sequences = load.sequences();
        double context = load.context();
        double bits = work.bitsPerWeight();
        double matrix = Traits.serving(deployment.device(), traits, bits) * devices;
        String width = bits > 10
                ? "16 bit"
                : bits > 6 ? "8 bit" : QuantizedType.of(work).equals("FP4") ? "FP4" : "4 bit";
        double cacheRanks = replicas * (isLatent ? 1 : Math.clamp(headCount(work), 1, ranks));

        Features reading = Features.of("read", "read system=" + system, "read width=" + width)
                .and("read ranks", Math.log(ranks));
        Features computing = Features.of(
                "compute system=" + system, "compute width=" + width, "compute generation=" + traits.generation());
        Features layer = Features.of("layer system=" + system, "layer generation=" + traits.generation());
        Terms.Builder terms = new Terms.Builder()
                .add(Kind.MEMORY, work.denseBytes() / traits.bandwidth() / ranks, reading)
                .add(
                        Kind.MEMORY,
                        (work.weightBytes(sequences) - work.denseBytes()) / traits.bandwidth() / devices,
                        Features.of("experts").and(reading))
                .add(
                        Kind.MEMORY,
                        sequences
                                * work.cacheElements(context)
                                * load.cacheBytesPerElement()
                                / traits.bandwidth()
                                / cacheRanks,
                        Features.of(
                                        "read",
                                        "read system=" + system,
                                        "cache",
                                        "cache system=" + system,
                                        "cache width=" + system + " " + width)
                                .when(isLatent, "cache latent"))
                .add(
                        Kind.MEMORY,
                        2 * sequences * work.stateBytes() / traits.bandwidth() / devices,
                        Features.of("read", "read system=" + system, "state"))
                .add(Kind.COMPUTE, 2 * TILE_ROWS * touchedParameters(work, sequences) / matrix, Features.of("tiles"))
                .add(
                        Kind.COMPUTE,
                        2 * work.activeParameters() * sequences / matrix,
                        Features.of("compute").and(computing))
                .add(
                        Kind.COMPUTE,
                        sequences * work.scoreFlops(context) / traits.matrix() / (ranks * replicas),
                        Features.of("scores").when(isLatent, "scores latent"))
                .add(Kind.OVERHEAD, work.layerCount(), Features.of("per layer").and(layer))
                .add(
                        Kind.OVERHEAD,
                        work.tensorCount(),
                        Features.of("per tensor").and(layer))
                .add(
                        Kind.OVERHEAD,
                        work.mixtureLayerCount(),
                        Features.of("per mixture").and(layer))
                .add(
                        Kind.OVERHEAD,
                        work.recurrentLayerCount(),
                        Features.of("per recurrence").and(layer))
                .add(
                        Kind.OVERHEAD,
                        work.latentLayerCount(),
                        Features.of("per latent").and(layer))
                .add(
                        Kind.OVERHEAD,
                        work.selectingLayerCount(),
                        Features.of("per selection").and(layer))
                .add(Kind.OVERHEAD, sequences / replicas, Features.of("per sequence", "per sequence engine=" + engine))
                .add(Kind.OVERHEAD, sequences * work.mixtureLayerCount() / devices, Features.of("per routed"))
                .add(Kind.OVERHEAD, 1, Features.of("per step", "per step engine=" + engine));
        double prompts = load.arrival() == Arrival.STEADY ? sequences * load.promptTokens() / load.answerTokens() : 0;
        if (prompts > 0) {
            String kind = work.isMixture() ? "mixture" : "dense";
            Features reads = Features.of("prompt", "prompt engine=" + engine, "prompt model=" + engine + " " + kind)
                    .when(work.isMixture(), "prompt mixture");
            double share = sequences / load.answerTokens();
            terms.add(
                    Kind.COMPUTE,
                    share * work.prefillLinearFlops(load.promptTokens()) / matrix,
                    Features.of().and(reads).and(computing));
            terms.add(
                    Kind.COMPUTE,
                    share
                            * work.prefillScoreFlops(load.promptTokens(), load.depth())
                            / traits.matrix()
                            / (ranks * replicas),
                    Features.of("prompt scores").and(reads));
        }
        if (devices > 1) {
            terms.add(
                    Kind.LINK,
                    work.layerCount(),
                    Features.of("exchange", "exchange engine=" + engine)
                            .and("exchange ranks", Math.log(devices / 4.0))
                            .when(traits.link() < SLOW_LINK, "exchange slow"));
            terms.add(
                    Kind.LINK,
                    2 * work.layerCount() * (sequences + prompts) * work.hiddenSize() * 2 / traits.link() / replicas,
                    Features.of("exchanged"));
        }
        return Common.of(terms, deployment, traits).build();
    }

    private static double headCount(Work work) {
        return work.caches().stream()
                .mapToDouble(cache -> cache.elements() / HEAD_ELEMENTS)
                .max()
                .orElse(1);
    }

    private static double touchedParameters(Work work, double sequences) {
        return work.experts().stream()
                .mapToDouble(mixture -> mixture.parameters() * mixture.touched(sequences))
                .sum();
    }
}

package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.speed.Terms.Features;
import dev.weighbridge.planner.speed.Terms.Kind;

/// Reading a prompt: matrices against many tokens at a time, attention over the triangle before each, and for each
/// batch of
/// tokens the weights once.
final class Prefill {
    /// Tokens that llama.cpp computes at once (`n_ubatch`); serving engines take more.
    private static final double MICRO_BATCH = 512;

    private static final double SERVING_BATCH = 8192;

    /// Tokens for each expert below which a mixture's matrices are too thin to fill the device.
    private static final double FULL_EXPERT = 128;

    private Prefill() {}

    static Terms terms(Work work, Deployment deployment, Load load) {
        Traits traits = Traits.of(deployment.device());
        Backend backend = deployment.backend();
        String system = backend.label() + " on " + traits.vendor();
        String type = QuantizedType.of(work);
        boolean isServing = backend.isServing();
        int devices = deployment.together();
        double tokens = Math.max(1, load.promptTokens());
        double batch = Math.min(tokens, isServing ? SERVING_BATCH : MICRO_BATCH);
        double batches = tokens / batch;
        double matrix = (isServing ? Traits.serving(deployment.device(), traits, work.bitsPerWeight()) : traits.small())
                * devices;
        double thinness = work.experts().stream()
                .mapToDouble(mixture -> Math.log(Math.max(1, FULL_EXPERT / (batch * mixture.activeShare()))))
                .max()
                .orElse(0);
        int stages = deployment.sharing() == Deployment.Sharing.LAYERS ? deployment.count() : 1;
        Features piped = Features.of().and("pipeline", Math.log((batches + stages - 1) / (batches * stages)));
        Features computing = Features.of(
                        "compute",
                        "compute system=" + system,
                        "compute generation=" + traits.generation(),
                        "compute type=" + type,
                        "compute type on system=" + type + " " + system)
                .and("compute balance", Math.log(traits.small() / traits.vector()))
                .when(deployment.isDated(), "compute dated")
                .when(work.isMixture(), "compute mixture")
                .and("compute thin", thinness)
                .and(piped);
        Features layer = Features.of("layer system=" + system).when(deployment.isDated(), "layer dated");
        Terms.Builder terms = new Terms.Builder()
                .add(Kind.COMPUTE, work.prefillLinearFlops(tokens) / matrix, computing)
                .add(
                        Kind.COMPUTE,
                        work.prefillScoreFlops(tokens, load.depth()) / traits.small() / devices,
                        Features.of("scores", "scores system=" + system, "scores generation=" + traits.generation())
                                .when(work.latentLayerCount() > 0, "scores latent")
                                .when(deployment.isDated(), "scores dated")
                                .and(piped))
                .add(
                        Kind.MEMORY,
                        batches * work.weightBytes(batch) / traits.bandwidth() / devices,
                        Features.of("read").and(piped))
                .add(
                        Kind.OVERHEAD,
                        batches * work.layerCount(),
                        Features.of("per layer").and(layer).and(piped))
                .add(
                        Kind.OVERHEAD,
                        tokens * work.recurrentLayerCount(),
                        Features.of("per recurrent token").and("recurrence", -Math.log(traits.vector() / 3e13)))
                .add(Kind.OVERHEAD, 1, Features.of("per prompt"));
        if (devices > 1) {
            terms.add(
                    Kind.LINK,
                    2 * work.layerCount() * tokens * work.hiddenSize() * 2 / traits.link(),
                    Features.of("exchanged"));
        }
        return Common.of(terms, deployment, traits).build();
    }
}

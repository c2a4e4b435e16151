package dev.weighbridge.planner.speed;

import dev.weighbridge.planner.speed.Terms.Features;
import dev.weighbridge.planner.speed.Terms.Kind;

/// The step that generates a token in a program for one user: llama.cpp and what is built on it, MLX.
///
/// Weights, cache and state are read; each weight is brought from its quantized form to a number, which takes vector
/// units time beside the reading; each layer launches its kernels.
final class LocalDecode {
    private LocalDecode() {}

    static Terms terms(Work work, Deployment deployment, Load load) {
        Traits traits = Traits.of(deployment.device());
        String backend = deployment.backend().label();
        String system = backend + " on " + traits.vendor();
        boolean isApple = traits.vendor().equals("Apple");
        int together = deployment.together();
        double context = load.context();
        double sequences = load.sequences();
        double bandwidth = traits.bandwidth() * together;

        Features reading = Features.of("read", "read system=" + system, "read generation=" + traits.generation())
                .and("read type=" + QuantizedType.of(work), 1)
                .and("read bandwidth", Math.log(traits.bandwidth() / 4e11))
                .and("read balance", Math.log(traits.vector() / traits.bandwidth() / 35))
                .and("read bandwidth on Apple", isApple ? Math.log(traits.bandwidth() / 4e11) : 0)
                .and("read bandwidth dated", deployment.isDated() ? Math.log(traits.bandwidth() / 4e11) : 0)
                .when(traits.isMobile(), "read mobile")
                .when(together > 1, "read shared");
        Features layer = Features.of("layer", "layer system=" + system, "layer generation=" + traits.generation())
                .when(deployment.isDated(), "layer dated")
                .when(deployment.isDated() && isApple, "layer dated on Apple");
        Terms.Builder terms = new Terms.Builder()
                .add(Kind.MEMORY, work.denseBytes() / bandwidth, reading)
                .add(
                        Kind.MEMORY,
                        (work.weightBytes(sequences) - work.denseBytes()) / bandwidth,
                        Features.of("experts").and(reading))
                .add(
                        Kind.MEMORY,
                        sequences * work.cacheElements(context) * load.cacheBytesPerElement() / bandwidth,
                        Features.of("cache", "cache system=" + system).and(reading))
                .add(
                        Kind.MEMORY,
                        2 * sequences * work.stateBytes() / bandwidth,
                        Features.of("state").and(reading))
                .add(
                        Kind.COMPUTE,
                        work.activeParameters() / traits.vector() / together,
                        Features.of(
                                        "unpack",
                                        "unpack type=" + QuantizedType.of(work),
                                        "unpack generation=" + traits.generation())
                                .when(deployment.isDated(), "unpack dated")
                                .when(
                                        deployment.isDated(),
                                        "unpack dated type=" + QuantizedType.of(work) + " " + traits.vendor()))
                .add(
                        Kind.COMPUTE,
                        2 * work.activeParameters() * (sequences - 1) / traits.small() / together,
                        Features.of("compute", "compute system=" + system))
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
                .add(Kind.OVERHEAD, 1, Features.of("per step", "per step system=" + system));
        if (sequences > 1) {
            terms.add(Kind.OVERHEAD, sequences, Features.of("per sequence"));
        }
        if (together > 1) {
            terms.add(Kind.LINK, 2 * work.layerCount() * (Math.log(together) / Math.log(2)), Features.of("exchange"));
        }
        return Common.of(terms, deployment, traits).build();
    }
}

package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Routing;
import dev.weighbridge.model.block.Slot;
import java.util.ArrayList;
import java.util.List;

/// Builds a mixture of experts: a router, routed experts of one kind, shared experts.
///
/// A builder is one caller's own. Without further calls: `mlp` with the router `gate` and numbered `experts`, softmax.
public final class MixtureOfExperts {
    private final Block expert;
    private final int expertCount;
    private final int activeExpertCount;
    private int first;
    private String name = "mlp";
    private String expertsName = "experts";
    private Experts.Storage storage = Experts.Storage.NUMBERED;
    private Routing routing = Routing.softmax(true);
    private final List<Part> parts = new ArrayList<>();

    private MixtureOfExperts(Block expert, int expertCount, int activeExpertCount) {
        this.expert = expert;
        this.expertCount = expertCount;
        this.activeExpertCount = activeExpertCount;
    }

    /// `expertCount` experts like this one, of which a token meets `activeExpertCount`; the expert's name follows its
    /// number.
    public static MixtureOfExperts of(Block expert, int expertCount, int activeExpertCount) {
        return new MixtureOfExperts(expert, expertCount, activeExpertCount);
    }

    /// The path segment of the whole, and that of the routed experts within it.
    public MixtureOfExperts named(String segment, String expertsSegment) {
        name = segment;
        expertsName = expertsSegment;
        return this;
    }

    /// Experts numbered from this number on.
    public MixtureOfExperts numberedFrom(int number) {
        first = number;
        return this;
    }

    /// Experts stacked into tensors with one more dimension.
    public MixtureOfExperts stacked() {
        storage = Experts.Storage.STACKED;
        return this;
    }

    /// Experts joined into tensors whose slowest dimension is as many times longer.
    public MixtureOfExperts joined() {
        storage = Experts.Storage.JOINED;
        return this;
    }

    /// How experts are chosen.
    public MixtureOfExperts routed(Routing rule) {
        routing = rule;
        return this;
    }

    /// A router that is one matrix without bias.
    public MixtureOfExperts router(String segment, long hiddenSize) {
        return with(Slot.ROUTER, Linear.of(segment, hiddenSize, expertCount));
    }

    /// A further part: a router of another form, shared experts, their gate.
    public MixtureOfExperts with(Slot slot, Block part) {
        parts.add(new Part(slot, part));
        return this;
    }

    /// The mixture.
    public Experts build() {
        return new Experts(name, expertsName, first, expertCount, activeExpertCount, storage, routing, expert, parts);
    }
}

package dev.weighbridge.engine.layer;

import dev.weighbridge.engine.weight.Weights;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.error.UnsupportedException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The parts of one block with their weights.
///
/// @param weights of the model
/// @param parts of the block
/// @param path of the block
record Parts(Weights weights, List<Part> parts, String path) {
    /// The block in a slot.
    Optional<Block> find(Slot slot) {
        return Part.find(parts, slot);
    }

    /// The path of a part.
    String at(Block part) {
        return part.name().isEmpty() ? path : path.isEmpty() ? part.name() : path + "." + part.name();
    }

    /// The linear layer in a slot.
    Optional<LinearLayer> linear(Slot slot) {
        return find(slot)
                .filter(Linear.class::isInstance)
                .map(part -> LinearLayer.of((Linear) part, at(part), weights));
    }

    /// The linear layer in a slot that must have one.
    LinearLayer required(Slot slot) {
        return linear(slot).orElseThrow(() -> missing(slot.name()));
    }

    /// The norm in a slot; null where there is none.
    @Nullable
    NormLayer norm(Slot slot) {
        return find(slot)
                .filter(Norm.class::isInstance)
                .map(part -> NormLayer.of((Norm) part, at(part), weights))
                .orElse(null);
    }

    /// The causal convolution; null where there is none.
    @Nullable
    CausalConvolution convolution(boolean activated) {
        return find(Slot.CONVOLUTION)
                .filter(Convolution.class::isInstance)
                .map(part -> CausalConvolution.of((Convolution) part, at(part), weights, activated))
                .orElse(null);
    }

    /// A small parameter by its own name.
    float[] table(String name) {
        return parts.stream()
                .map(Part::block)
                .filter(block -> block instanceof Table && block.name().equals(name))
                .findFirst()
                .map(block -> weights.floats(at(block)))
                .orElseThrow(() -> missing(name));
    }

    /// Whether a part has this name.
    boolean has(String name) {
        return parts.stream().anyMatch(part -> part.block().name().equals(name));
    }

    /// A linear layer among the small parameters, by its own name.
    LinearLayer linear(String name) {
        return parts.stream()
                .map(Part::block)
                .filter(block -> block instanceof Linear && block.name().equals(name))
                .findFirst()
                .map(block -> LinearLayer.of((Linear) block, at(block), weights))
                .orElseThrow(() -> missing(name));
    }

    /// Norms among the small parameters, in their order.
    List<NormLayer> norms(Slot slot) {
        return parts.stream()
                .filter(part -> part.slot() == slot && part.block() instanceof Norm)
                .map(part -> NormLayer.of((Norm) part.block(), at(part.block()), weights))
                .toList();
    }

    private UnsupportedException missing(String what) {
        return new UnsupportedException(path + ": the engine finds no " + what + " there");
    }
}

package dev.weighbridge.cli.inspect;

import dev.weighbridge.cli.terminal.Output;
import dev.weighbridge.cli.terminal.Style;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.unit.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The blueprint as an indented tree: what stands where, how large, with the constants of its computation.
final class TreeText {
    private final Output out;

    TreeText(Output out) {
        this.out = out;
    }

    void print(Blueprint blueprint) {
        out.println(out.paint(Style.BOLD, blueprint.architecture()));
        print(blueprint.root(), "  ", "");
    }

    private void print(Block block, String indent, String prefix) {
        if (block instanceof Sequence sequence && sequence.name().isEmpty() && prefix.isEmpty()) {
            sequence.children().forEach(child -> print(child, indent, ""));
            return;
        }
        long parameters = ParameterCount.of(new Blueprint("", "", dev.weighbridge.model.config.Config.EMPTY, block))
                .untiedTotal();
        out.println(indent + (prefix + describe(block)).strip() + out.paint(Style.DIM, "  " + new Count(parameters)));
        String deeper = indent + "  ";
        switch (block) {
            case Repeat repeat -> {
                for (int variant = 0; variant < repeat.variants().size(); variant++) {
                    print(repeat.variants().get(variant), deeper, positions(repeat, variant) + " ");
                }
            }
            case Experts experts -> {
                print(experts.expert(), deeper, experts.expertCount() + " × ");
                experts.parts().forEach(part -> print(part.block(), deeper, ""));
            }
            default -> block.children().forEach(child -> print(child, deeper, ""));
        }
    }

    /// The positions of a variant as ranges: `0-2,5 (4×)`.
    private static String positions(Repeat repeat, int variant) {
        List<String> ranges = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < repeat.count(); i++) {
            if (repeat.layout().get(i) != variant) {
                continue;
            }
            int last = i;
            while (last + 1 < repeat.count() && repeat.layout().get(last + 1) == variant) {
                last++;
            }
            ranges.add(repeat.first() + i + (last > i ? "-" + (repeat.first() + last) : ""));
            count += last - i + 1;
            i = last;
        }
        String shown = ranges.size() > 6 ? String.join(",", ranges.subList(0, 5)) + ",…" : String.join(",", ranges);
        return "[" + shown + "] " + count + " ×";
    }

    private static String describe(Block block) {
        String kind = switch (block) {
            case Embedding embedding -> "embedding " + embedding.rows() + " × " + embedding.width();
            case Linear linear -> "linear " + linear.in() + " → " + linear.out() + (linear.bias() ? " + bias" : "");
            case Head head -> "head " + head.in() + " → " + head.out() + (head.bias() ? " + bias" : "");
            case Norm norm ->
                norm.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " norm " + norm.width() + ", ε "
                        + norm.epsilon();
            case Convolution convolution ->
                (convolution.causal() ? "causal " : "") + "convolution " + convolution.in() + " → "
                        + convolution.out() + ", kernel " + convolution.kernel()
                        + (convolution.groups() > 1 ? ", " + convolution.groups() + " groups" : "");
            case Table table -> "table " + table.shape();
            case Attention attention -> describe(attention);
            case FeedForward feedForward ->
                (feedForward.gated() ? "gated " : "") + "feed-forward " + feedForward.in() + " → " + feedForward.inner()
                        + ", " + feedForward.activation().name();
            case Experts experts ->
                "experts, " + experts.activeExpertCount() + " of " + experts.expertCount() + " for each token, "
                        + experts.routing().score();
            case StateSpace stateSpace ->
                "state space (Mamba " + stateSpace.version() + ") " + stateSpace.innerSize() + " channels, state "
                        + stateSpace.stateSize() + ", kernel " + stateSpace.kernel();
            case LinearAttention linear ->
                linear.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", " + linear.valueHeadCount()
                        + " heads, state " + linear.keyHeadDim() + " × " + linear.valueHeadDim();
            case Repeat repeat -> repeat.count() + " ×";
            case Residual residual -> residual.normAfter() ? "residual, norm after" : "residual";
            case Parallel _ -> "parallel";
            case Sequence sequence ->
                sequence.tower() == Tower.SAME ? "" : "(" + sequence.tower().label() + ")";
            case Tied tied -> describe(tied.block()) + " tied to " + tied.target();
        };
        return block instanceof Tied || block.name().isEmpty() ? kind : block.name() + " " + kind;
    }

    private static String describe(Attention attention) {
        Heads heads = attention.heads();
        StringBuilder text = new StringBuilder("attention, " + heads.headCount() + " heads × " + heads.headDim());
        if (heads.latentRank() > 0) {
            text.append(", latent ").append(heads.latentRank()).append(" + ").append(heads.latentRotaryDim());
        } else if (heads.kvHeadCount() != heads.headCount()) {
            text.append(", ").append(heads.kvHeadCount()).append(" KV heads");
        }
        Span span = attention.span();
        text.append(", ").append(span.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
        if (span.size() > 0) {
            text.append(' ').append(span.size());
        }
        if (attention.rotary().dimensions() > 0) {
            text.append(String.format(
                    Locale.ROOT, ", rotary θ %.0f", attention.rotary().theta()));
        }
        if (attention.softCap() > 0) {
            text.append(", soft cap ").append(attention.softCap());
        }
        if (attention.sharesCache()) {
            text.append(", shares an earlier layer's cache");
        }
        return text.toString();
    }
}

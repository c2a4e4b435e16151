package dev.weighbridge.model.naming;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Parameter;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The names that a blueprint's parameters have in a GGUF file: `blk.0.attn_q.weight` for the query matrix of the first
/// layer.
///
/// GGUF names say what a tensor does, so they follow from its slot and from where its norm stands, whatever the
/// published
/// checkpoint calls it. Routed experts are stacked into one tensor of a layer. The names are those of the GGUF
/// specification (ggml `docs/gguf.md`, "Standardized tensor names") and of llama.cpp's `llama-arch.cpp`. Towers for
/// images
/// and sound live in a file of their own and are left out, as are parameters that GGUF has no name for.
public final class GgufNames {
    /// Where a leaf stands.
    private record Place(
            String path,
            String block,
            int layer,
            Role role,
            int experts,
            int active,
            @Nullable String target) {
        static final Place ROOT = new Place("", "", -1, Role.OTHER, 0, 0, null);

        Place under(String name) {
            String below = name.isEmpty() ? path : path.isEmpty() ? name : path + "." + name;
            return new Place(below, block, layer, role, experts, active, target);
        }

        Place inLayer(String prefix, int number) {
            return new Place(path, prefix + number + ".", number, role, experts, active, target);
        }

        Place as(Role other) {
            return new Place(path, block, layer, other, experts, active, target);
        }

        Place ofExperts(int count, int activeCount) {
            return new Place(path, block, layer, Role.EXPERT, count, activeCount, target);
        }

        Place tiedTo(String other) {
            return new Place(path, block, layer, role, experts, active, other);
        }
    }

    private final GgufSpellings spellings;
    private final List<GgufTensor> found = new ArrayList<>();
    /// `enc.` and `dec.` where there are two stacks.
    private String stack = "";

    private boolean layersSeen;
    private int tokenTables;

    private GgufNames(GgufSpellings spellings) {
        this.spellings = spellings;
    }

    /// Every parameter of the language model that GGUF has a name for, in the order of the tree; tied ones included.
    public static List<GgufTensor> of(Blueprint blueprint) {
        var names = new GgufNames(GgufSpellings.of(blueprint.config()));
        names.visitModel(blueprint.root(), Place.ROOT);
        names.addByPublishedName(blueprint);
        return names.found;
    }

    /// Parameters that stand where no slot says what they are for.
    private void addByPublishedName(Blueprint blueprint) {
        Set<String> named = found.stream().map(GgufTensor::checkpointName).collect(Collectors.toSet());
        for (PlacedParameter parameter : blueprint.layeredParameters()) {
            String name = GgufSpellings.ofPublished(parameter.name(), parameter.layer());
            boolean isText = parameter.tower() == Tower.TEXT || parameter.tower() == Tower.SAME;
            if (name != null && isText && !named.contains(parameter.name())) {
                String block = parameter.layer() < 0 ? "" : "blk." + parameter.layer() + ".";
                found.add(new GgufTensor(parameter.named(block + name), parameter.name()));
            }
        }
    }

    private void visitModel(Block block, Place around) {
        Place here = around.under(block.name());
        switch (block) {
            case Sequence sequence -> {
                boolean text = sequence.tower() == Tower.SAME || sequence.tower() == Tower.TEXT;
                if (text) {
                    sequence.children().forEach(child -> visitModel(child, here));
                } else if (sequence.tower() == Tower.ENCODER) {
                    stack = "enc.";
                    sequence.children().forEach(child -> visitModel(child, here));
                    stack = "dec.";
                    layersSeen = false;
                }
            }
            case Tied tied -> visitModel(tied.block(), around.tiedTo(tied.target()));
            case Repeat repeat -> visitLayers(repeat, around);
            case Head head -> leaf(head, "output", here.as(Role.HEAD));
            case Embedding embedding -> leaf(embedding, embeddingName(embedding), here);
            case Norm norm -> leaf(norm, stack + (layersSeen ? "output_norm" : "token_embd_norm"), here);
            case Residual _, Parallel _, Attention _, FeedForward _, Experts _ -> {}
            case StateSpace _, LinearAttention _, Convolution _, Linear _, Table _ -> {}
        }
    }

    private String embeddingName(Embedding embedding) {
        if (embedding.role() == Role.POSITION) {
            return "position_embd";
        }
        tokenTables++;
        return tokenTables == 1 ? "token_embd" : "token_types";
    }

    private void visitLayers(Repeat repeat, Place around) {
        layersSeen = true;
        for (int i = 0; i < repeat.count(); i++) {
            int number = repeat.first() + i;
            Block layer = repeat.at(i);
            visitLayer(
                    layer,
                    around.under(repeat.name() + "." + number)
                            .under(layer.name())
                            .inLayer(stack + "blk.", number));
        }
    }

    /// What a branch mixes decides what its norms are called.
    private enum Branch {
        ATTENTION("attn_norm", "post_attention_norm", "attn_output_norm"),
        CROSS_ATTENTION("cross_attn_norm", "", ""),
        FEED_FORWARD("ffn_norm", "post_ffw_norm", "layer_output_norm"),
        OTHER("", "", "");

        private final String before;
        private final String after;
        private final String afterSum;

        Branch(String before, String after, String afterSum) {
            this.before = before;
            this.after = after;
            this.afterSum = afterSum;
        }
    }

    private void visitLayer(Block block, Place here) {
        switch (block) {
            case Residual residual -> visitBranch(residual.children(), residual.normAfter(), here);
            case Sequence sequence -> {
                if (sequence.children().stream().anyMatch(child -> child instanceof Norm)) {
                    visitBranch(sequence.children(), false, here);
                } else {
                    sequence.children().forEach(child -> visitLayer(child, here.under(child.name())));
                }
            }
            case Parallel parallel -> parallel.children().forEach(child -> visitLayer(child, here.under(child.name())));
            case Tied tied -> visitLayer(tied.block(), here.tiedTo(tied.target()));
            case Attention attention ->
                parts(attention.parts(), here.as(Role.ATTENTION), isCross(attention) ? "cross_" : "", "");
            case FeedForward feedForward -> parts(feedForward.parts(), here.as(Role.FEED_FORWARD), "");
            case LinearAttention linear -> parts(linear.parts(), here.as(Role.LINEAR_ATTENTION), "");
            case StateSpace stateSpace -> parts(stateSpace.parts(), here.as(Role.STATE_SPACE), "");
            case Experts experts -> visitExperts(experts, here);
            case Linear _, Norm _, Embedding _, Convolution _, Table _, Repeat _, Head _ -> {}
        }
    }

    private void visitBranch(List<Block> children, boolean normAfter, Place here) {
        Branch branch = children.stream()
                .map(GgufNames::branchOf)
                .filter(found -> found != Branch.OTHER)
                .findFirst()
                .orElse(Branch.OTHER);
        boolean mixed = false;
        for (Block child : children) {
            Place below = here.under(child.name());
            if (child instanceof Norm norm) {
                String name = !mixed ? branch.before : normAfter ? branch.afterSum : branch.after;
                if (!name.isEmpty()) {
                    leaf(norm, here.block() + name, below);
                }
            } else {
                mixed |= branchOf(child) != Branch.OTHER;
                visitLayer(child, below);
            }
        }
    }

    private static boolean isCross(Attention attention) {
        return attention.span().kind() == Span.Kind.CROSS;
    }

    private static Branch branchOf(Block block) {
        return switch (block) {
            case Attention attention when isCross(attention) -> Branch.CROSS_ATTENTION;
            case Attention _, LinearAttention _, StateSpace _ -> Branch.ATTENTION;
            case FeedForward _, Experts _ -> Branch.FEED_FORWARD;
            case Sequence _, Parallel _, Residual _, Tied _ ->
                block.children().stream()
                        .map(GgufNames::branchOf)
                        .filter(found -> found != Branch.OTHER)
                        .findFirst()
                        .orElse(Branch.OTHER);
            case Linear _, Norm _, Embedding _, Convolution _, Table _, Repeat _, Head _ -> Branch.OTHER;
        };
    }

    private void visitExperts(Experts experts, Place here) {
        boolean numbered = experts.storage() == Experts.Storage.NUMBERED;
        Place routed = here.under(numbered ? experts.numbered("*") : experts.expertsName())
                .under(experts.expert().name())
                .ofExperts(experts.expertCount(), experts.activeExpertCount());
        if (experts.expert() instanceof FeedForward expert) {
            parts(expert.parts(), routed, "_exps");
        }
        for (Part part : experts.parts()) {
            Place below = here.under(part.block().name());
            switch (part.slot()) {
                case ROUTER -> leaf(part.block(), here.block() + "ffn_gate_inp", below.as(Role.ROUTER));
                case ROUTER_BIAS -> leaf(part.block(), here.block() + "exp_probs_b.bias", below.as(Role.ROUTER));
                case EXPERTS_IN -> leaf(part.block(), here.block() + "ffn_latent_down", below);
                case EXPERTS_OUT -> leaf(part.block(), here.block() + "ffn_latent_up", below);
                case SHARED_EXPERT_GATE ->
                    leaf(part.block(), here.block() + "ffn_gate_inp_shexp", below.as(Role.SHARED_EXPERT));
                case SHARED_EXPERT -> {
                    if (part.block() instanceof FeedForward shared) {
                        parts(shared.parts(), below.as(Role.SHARED_EXPERT), "_shexp");
                    }
                }
                default -> {}
            }
        }
    }

    private void parts(List<Part> parts, Place here, String suffix) {
        parts(parts, here, "", suffix);
    }

    private void parts(List<Part> parts, Place here, String prefix, String suffix) {
        for (Part part : parts) {
            Place below = here.under(part.block().name());
            String name = nameOf(part.slot(), part.block(), here.role());
            if (part.slot() == Slot.GATE_UP && isSplit(here) && part.block() instanceof Linear fused) {
                Linear half = new Linear(
                        fused.name(),
                        fused.in(),
                        fused.out() / 2,
                        fused.bias(),
                        fused.inputFirst(),
                        fused.style(),
                        fused.role());
                leaf(half, here.block() + "ffn_gate" + suffix, below);
                leaf(half, here.block() + "ffn_up" + suffix, below);
            } else if (!name.isEmpty()) {
                leaf(part.block(), here.block() + prefix + name + suffix, below);
            }
        }
    }

    /// Whether gate and up, one matrix in the checkpoint, are two tensors: of experts, routed and shared, they mostly
    /// are.
    private boolean isSplit(Place here) {
        boolean routed = here.experts() > 0 && !spellings.fusesExperts();
        return routed || here.role() == Role.SHARED_EXPERT;
    }

    private static String nameOf(Slot slot, Block block, Role role) {
        return switch (role) {
            case STATE_SPACE, LINEAR_ATTENTION -> recurrentName(slot, block);
            default -> usualName(slot);
        };
    }

    private static String usualName(Slot slot) {
        return switch (slot) {
            case QUERY, QUERY_GATE -> "attn_q";
            case KEY -> "attn_k";
            case VALUE -> "attn_v";
            case OUTPUT -> "attn_output";
            case QUERY_KEY_VALUE -> "attn_qkv";
            case QUERY_NORM -> "attn_q_norm";
            case KEY_NORM -> "attn_k_norm";
            case QUERY_DOWN -> "attn_q_a";
            case QUERY_DOWN_NORM -> "attn_q_a_norm";
            case QUERY_UP -> "attn_q_b";
            case KEY_VALUE_DOWN -> "attn_kv_a_mqa";
            case KEY_VALUE_DOWN_NORM -> "attn_kv_a_norm";
            case KEY_VALUE_UP -> "attn_kv_b";
            case OUTPUT_GATE -> "attn_gate";
            case OUTPUT_NORM -> "attn_sub_norm";
            case SINKS -> "attn_sinks.weight";
            case POSITION_BIAS -> "attn_rel_b";
            case GATE -> "ffn_gate";
            case UP, GATE_UP -> "ffn_up";
            case DOWN -> "ffn_down";
            case INNER_NORM -> "ffn_sub_norm";
            default -> "";
        };
    }

    /// Small parameters of a recurrence are told apart by what papers and checkpoints alike call them.
    private static String recurrentName(Slot slot, Block block) {
        String name = block.name().toLowerCase(Locale.ROOT);
        return switch (slot) {
            case INPUT -> "ssm_in";
            case CONVOLUTION -> "ssm_conv1d";
            case OUTPUT -> "ssm_out";
            case OUTPUT_NORM, GATED_NORM -> "ssm_norm";
            case QUERY_KEY_VALUE -> "attn_qkv";
            case OUTPUT_GATE -> "attn_gate";
            default ->
                switch (name) {
                    case "a_log", "a" -> "ssm_a";
                    case "d" -> "ssm_d";
                    case "x_proj" -> "ssm_x";
                    case "dt_proj" -> "ssm_dt";
                    case "dt_bias" -> "ssm_dt.bias";
                    case "dt_layernorm" -> "ssm_dt_norm";
                    case "b_layernorm" -> "ssm_b_norm";
                    case "c_layernorm" -> "ssm_c_norm";
                    case "in_proj_ba" -> "ssm_ba";
                    case "in_proj_a" -> "ssm_alpha";
                    case "in_proj_b" -> "ssm_beta";
                    default -> "";
                };
        };
    }

    private void leaf(Block block, String name, Place here) {
        if (block instanceof Tied tied) {
            leaf(tied.block(), name, here.tiedTo(tied.target()));
            return;
        }
        boolean bare = block instanceof Table;
        for (int i = 0; i < block.parameters().size(); i++) {
            Parameter parameter = block.parameters().get(i);
            String published = here.path() + parameter.name();
            String special = GgufSpellings.ofPublished(published, here.layer());
            String usual =
                    here.block() + spellings.of(name.substring(here.block().length()));
            String suffix = i > 0 ? ".bias" : bare ? "" : ".weight";
            Shape shape = shapeOf(block, parameter);
            Role role = parameter.role() == Role.OTHER ? here.role() : parameter.role();
            found.add(new GgufTensor(
                    new PlacedParameter(
                            special == null ? usual + suffix : here.block() + special,
                            here.experts() > 0 ? shape.stacked(here.experts()) : shape,
                            role,
                            Tower.TEXT,
                            1,
                            here.layer(),
                            -1,
                            here.experts(),
                            here.active(),
                            here.target()),
                    published));
        }
    }

    /// A GGUF file has outputs before inputs, whatever the checkpoint does, and no dimension of length 1 between the
    /// channels of a depthwise convolution and its kernel.
    private static Shape shapeOf(Block block, Parameter parameter) {
        Shape shape = parameter.shape();
        if (block instanceof Linear linear && linear.inputFirst() && shape.rank() == 2) {
            return Shape.of(shape.dimension(1), shape.dimension(0));
        }
        if (block instanceof Convolution convolution && convolution.groups() > 1 && shape.rank() == 3) {
            return Shape.of(shape.dimension(0), shape.dimension(1) * shape.dimension(2));
        }
        return shape;
    }
}

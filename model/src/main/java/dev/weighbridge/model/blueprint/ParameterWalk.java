package dev.weighbridge.model.blueprint;

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
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tied;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The one traversal of the block tree that visits parameters.
///
/// Distinct: repeated blocks are visited once each and their copies counted, so the cost is that of the distinct
/// blocks.
/// Layered: repetitions are visited under their numbers, but numbered experts once for all of them.
/// Spelled: every repetition is visited under its number, which gives the names of the published checkpoint.
final class ParameterWalk {
    /// What the surroundings say about a block.
    private record Place(
            String path,
            long copies,
            Role role,
            Tower tower,
            int layer,
            int expert,
            int expertCount,
            int activeExpertCount,
            UnaryOperator<Shape> stored,
            @Nullable String target) {
        static final Place ROOT =
                new Place("", 1, Role.OTHER, Tower.TEXT, -1, -1, 0, 0, UnaryOperator.identity(), null);

        Place under(String name) {
            String below = name.isEmpty() ? path : path.isEmpty() ? name : path + "." + name;
            return new Place(below, copies, role, tower, layer, expert, expertCount, activeExpertCount, stored, target);
        }

        Place as(Role other) {
            return new Place(path, copies, other, tower, layer, expert, expertCount, activeExpertCount, stored, target);
        }

        Place in(Tower other) {
            return other == Tower.SAME
                    ? this
                    : new Place(
                            path, copies, role, other, layer, expert, expertCount, activeExpertCount, stored, target);
        }

        Place times(long count) {
            return new Place(
                    path,
                    Math.multiplyExact(copies, count),
                    role,
                    tower,
                    layer,
                    expert,
                    expertCount,
                    activeExpertCount,
                    stored,
                    target);
        }

        Place inLayer(int number) {
            return layer >= 0
                    ? this
                    : new Place(
                            path, copies, role, tower, number, expert, expertCount, activeExpertCount, stored, target);
        }

        Place inExpert(int number, int of, int active) {
            return new Place(path, copies, Role.EXPERT, tower, layer, number, of, active, stored, target);
        }

        Place storedAs(UnaryOperator<Shape> other) {
            return new Place(path, copies, role, tower, layer, expert, expertCount, activeExpertCount, other, target);
        }

        Place tiedTo(String other) {
            return new Place(path, copies, role, tower, layer, expert, expertCount, activeExpertCount, stored, other);
        }
    }

    /// How far equal blocks are taken together.
    private enum Detail {
        DISTINCT,
        LAYERED,
        SPELLED
    }

    private final Detail detail;
    private final List<PlacedParameter> found = new ArrayList<>();

    private ParameterWalk(Detail detail) {
        this.detail = detail;
    }

    static List<PlacedParameter> distinct(Block root) {
        return walk(root, Detail.DISTINCT);
    }

    static List<PlacedParameter> layered(Block root) {
        return walk(root, Detail.LAYERED);
    }

    static List<PlacedParameter> spelled(Block root) {
        return walk(root, Detail.SPELLED);
    }

    private static List<PlacedParameter> walk(Block root, Detail detail) {
        var walk = new ParameterWalk(detail);
        walk.visit(root, Place.ROOT);
        return walk.found;
    }

    private void visit(Block block, Place around) {
        Place here = around.under(block.name());
        switch (block) {
            case Embedding _, Linear _, Head _, Norm _, Convolution _, Table _ -> place(block, here);
            case Sequence sequence -> visitAll(sequence.children(), here.in(sequence.tower()));
            case Residual residual -> visitAll(residual.children(), here);
            case Parallel parallel -> visitAll(parallel.children(), here);
            case Repeat repeat -> visitRepeat(repeat, around);
            case Tied tied -> visit(tied.block(), around.tiedTo(tied.target()));
            case Attention attention -> visitAll(attention.children(), here.as(mixer(around.role(), Role.ATTENTION)));
            case FeedForward feedForward ->
                visitAll(feedForward.children(), here.as(mixer(around.role(), Role.FEED_FORWARD)));
            case StateSpace stateSpace -> visitAll(stateSpace.children(), here.as(Role.STATE_SPACE));
            case LinearAttention linear -> visitAll(linear.children(), here.as(Role.LINEAR_ATTENTION));
            case Experts experts -> visitExperts(experts, here);
        }
    }

    /// Inside an expert everything is the expert's.
    private static Role mixer(Role around, Role own) {
        return around == Role.EXPERT || around == Role.SHARED_EXPERT ? around : own;
    }

    private void visitAll(List<Block> children, Place here) {
        for (Block child : children) {
            visit(child, here);
        }
    }

    private void visitRepeat(Repeat repeat, Place around) {
        if (detail != Detail.DISTINCT) {
            for (int i = 0; i < repeat.count(); i++) {
                int number = repeat.first() + i;
                visit(
                        repeat.at(i),
                        around.under(numbered(repeat.name(), number)).inLayer(number));
            }
        } else {
            for (int variant = 0; variant < repeat.variants().size(); variant++) {
                visit(
                        repeat.variants().get(variant),
                        around.under(numbered(repeat.name(), "*")).times(repeat.countOf(variant)));
            }
        }
    }

    private static String numbered(String name, Object number) {
        return name.isEmpty() ? String.valueOf(number) : name + "." + number;
    }

    /// Where all experts of one kind share their tensors.
    private static Place together(Experts experts, Place here) {
        return here.under(experts.expertsName()).inExpert(-1, experts.expertCount(), experts.activeExpertCount());
    }

    private void visitExperts(Experts experts, Place here) {
        int count = experts.expertCount();
        int active = experts.activeExpertCount();
        switch (experts.storage()) {
            case STACKED -> visit(experts.expert(), together(experts, here).storedAs(shape -> shape.stacked(count)));
            case JOINED -> visit(experts.expert(), together(experts, here).storedAs(shape -> shape.joined(count)));
            case NUMBERED -> {
                if (detail == Detail.SPELLED) {
                    for (int i = 0; i < count; i++) {
                        visit(
                                experts.expert(),
                                here.under(experts.numbered(experts.first() + i))
                                        .inExpert(i, count, active));
                    }
                } else {
                    visit(
                            experts.expert(),
                            here.under(experts.numbered("*")).times(count).inExpert(-1, count, active));
                }
            }
        }
        for (Part part : experts.parts()) {
            Place place = part.slot() == Slot.IDENTITY_EXPERTS
                    ? here.inExpert(-1, count, active)
                    : here.as(roleOf(part.slot()));
            visit(part.block(), place);
        }
    }

    private static Role roleOf(Slot slot) {
        return switch (slot) {
            case SHARED_EXPERT, SHARED_EXPERT_GATE -> Role.SHARED_EXPERT;
            case ROUTER, ROUTER_BIAS -> Role.ROUTER;
            default -> Role.OTHER;
        };
    }

    private void place(Block leaf, Place here) {
        for (Parameter parameter : leaf.parameters()) {
            Shape shape = here.stored().apply(parameter.shape());
            Role role = parameter.role() == Role.OTHER ? here.role() : parameter.role();
            if (role == Role.NORM && here.role() == Role.EXPERT) {
                role = Role.EXPERT;
            }
            found.add(new PlacedParameter(
                    here.path() + parameter.name(),
                    shape,
                    role,
                    here.tower(),
                    here.copies(),
                    here.layer(),
                    here.expert(),
                    here.expertCount(),
                    here.activeExpertCount(),
                    here.target()));
        }
    }
}

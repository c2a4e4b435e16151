package dev.weighbridge.model.family.component;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.config.Config;
import java.util.List;

/// The usual feed-forwards.
public final class FeedForwards {
    private FeedForwards() {}

    /// `down_proj(act(gate_proj(x)) · up_proj(x))`.
    public static FeedForward gated(String name, long in, long inner, String activation, boolean bias) {
        return gated(name, in, inner, activation, bias, "gate_proj", "up_proj", "down_proj");
    }

    /// `mlp` of the gated form, its widths and activation those of `hidden_size`, `intermediate_size` and `hidden_act`.
    public static FeedForward gated(Config config, boolean bias) {
        return gated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text(config.firstOf("hidden_activation", "hidden_act")),
                bias);
    }

    /// The gated form under other names.
    public static FeedForward gated(
            String name, long in, long inner, String activation, boolean bias, String gate, String up, String down) {
        return gated(name, in, inner, Activation.of(activation), bias, gate, up, down);
    }

    /// The gated form under other names, its activation clamped or sparse.
    public static FeedForward gated(
            String name,
            long in,
            long inner,
            Activation activation,
            boolean bias,
            String gate,
            String up,
            String down) {
        return new FeedForward(
                name,
                in,
                inner,
                activation,
                true,
                List.of(
                        new Part(Slot.GATE, Linear.of(gate, in, inner, bias)),
                        new Part(Slot.UP, Linear.of(up, in, inner, bias)),
                        new Part(Slot.DOWN, Linear.of(down, inner, in, bias))));
    }

    /// The gated form with gate and up in one matrix.
    public static FeedForward fusedGated(
            String name, long in, long inner, String activation, boolean bias, String gateUp, String down) {
        return new FeedForward(
                name,
                in,
                inner,
                Activation.of(activation),
                true,
                List.of(
                        new Part(Slot.GATE_UP, Linear.of(gateUp, in, 2 * inner, bias)),
                        new Part(Slot.DOWN, Linear.of(down, inner, in, bias))));
    }

    /// `mlp` of the gated form with `gate_up_proj`, its widths and activation those of `hidden_size`,
    /// `intermediate_size` and `hidden_act`.
    public static FeedForward fusedGated(Config config) {
        return fusedGated(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                false,
                "gate_up_proj",
                "down_proj");
    }

    /// `mlp` of the plain form, its widths and activation those of `hidden_size`, `intermediate_size` and `hidden_act`.
    public static FeedForward plain(Config config, boolean bias, String up, String down) {
        return plain(
                "mlp",
                config.size("hidden_size"),
                config.size("intermediate_size"),
                config.text("hidden_act"),
                bias,
                up,
                down);
    }

    /// The gated form as bare parameters `gate_up_proj` and `down_proj`, as stacked experts are often held.
    public static FeedForward bareGated(long in, long inner, String activation) {
        return new FeedForward(
                "",
                in,
                inner,
                Activation.of(activation),
                true,
                List.of(
                        new Part(
                                Slot.GATE_UP,
                                Linear.of("gate_up_proj", in, 2 * inner).named(ParameterStyle.BARE)),
                        new Part(Slot.DOWN, Linear.of("down_proj", inner, in).named(ParameterStyle.BARE))));
    }

    /// `down(act(up(x)))`.
    public static FeedForward plain(
            String name, long in, long inner, String activation, boolean bias, String up, String down) {
        return new FeedForward(
                name,
                in,
                inner,
                Activation.of(activation),
                false,
                List.of(
                        new Part(Slot.UP, Linear.of(up, in, inner, bias)),
                        new Part(Slot.DOWN, Linear.of(down, inner, in, bias))));
    }

    /// `down(act(up(x)))` of these two matrices.
    public static FeedForward plain(String name, String activation, Linear up, Linear down) {
        return new FeedForward(
                name,
                up.in(),
                up.out(),
                Activation.of(activation),
                false,
                List.of(new Part(Slot.UP, up), new Part(Slot.DOWN, down)));
    }
}

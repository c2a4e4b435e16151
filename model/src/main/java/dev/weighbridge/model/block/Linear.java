package dev.weighbridge.model.block;

import dev.weighbridge.model.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// `y = W x + b`.
///
/// @param name path segment
/// @param in width of x
/// @param out width of y
/// @param bias whether there is a b of shape `[out]`
/// @param inputFirst whether W is stored `[in, out]` (GPT-2's Conv1D, stacked expert matrices) rather than `[out, in]`
/// @param style how weight and bias are named
/// @param role what the matrix is for; [Role#OTHER] takes that of its surroundings
public record Linear(String name, long in, long out, boolean bias, boolean inputFirst, ParameterStyle style, Role role)
        implements Block {
    /// A PyTorch linear layer.
    public static Linear of(String name, long in, long out, boolean bias) {
        return new Linear(name, in, out, bias, false, ParameterStyle.MODULE, Role.OTHER);
    }

    /// A PyTorch linear layer without bias.
    public static Linear of(String name, long in, long out) {
        return of(name, in, out, false);
    }

    /// The same with its weight stored `[in, out]`.
    public Linear storedInputFirst() {
        return new Linear(name, in, out, bias, true, style, role);
    }

    /// The same with other parameter names.
    public Linear named(ParameterStyle other) {
        return new Linear(name, in, out, bias, inputFirst, other, role);
    }

    /// The same with a role of its own.
    public Linear as(Role own) {
        return new Linear(name, in, out, bias, inputFirst, style, own);
    }

    @Override
    public List<Block> children() {
        return List.of();
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(2);
        parameters.add(new Parameter(style.weight(), inputFirst ? Shape.of(in, out) : Shape.of(out, in), role));
        if (bias) {
            parameters.add(new Parameter(style.bias(), Shape.of(out), role));
        }
        return parameters;
    }
}

package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.DoesNotFitException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Question;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Placement;
import dev.weighbridge.planner.memory.Placement.Split;
import dev.weighbridge.planner.memory.Workload;
import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precision.Format;
import java.util.Locale;

/// A plan that fits, with all that an engine must be told so that it comes about.
///
/// @param name the model's, as requests will call it
/// @param address where its files are
/// @param isGguf whether those are GGUF files
/// @param hasTowers whether it has towers for images or sound, which the plan leaves out of a GGUF file
/// @param precision how the weights are stored
/// @param weightBytes what they take
/// @param workload what is asked
/// @param placement where the model is put
/// @param memoryShare share of each device's memory that a serving engine may take
public record Deployment(
        String name,
        ModelAddress address,
        boolean isGguf,
        boolean hasTowers,
        Precision precision,
        long weightBytes,
        Workload workload,
        Placement placement,
        double memoryShare) {
    /// Refuses a name that would break out of a line.
    public Deployment {
        ModelAddress.check(name);
    }

    /// The deployment that an answer stands for.
    ///
    /// @param isGguf whether the files at the address are GGUF files
    /// @throws DoesNotFitException if the answer is no
    /// @throws UnsupportedException if the runtime cannot run the model so
    public static Deployment of(Question question, Answer answer, ModelAddress address, boolean isGguf) {
        if (answer.verdict() instanceof Verdict.Unsupported(String reason)) {
            throw new UnsupportedException(reason);
        }
        Allocation allocation = answer.allocation().orElseThrow();
        if (!answer.verdict().isYes()) {
            throw new DoesNotFitException(
                    question.model().name() + " at " + answer.precision().name() + " does not fit on "
                            + question.machine().label(),
                    "weigh fit with the same options says what would make it fit");
        }
        return new Deployment(
                question.model().name(),
                address,
                isGguf,
                question.model().weights().stream().anyMatch(Deployment::isTower),
                answer.precision(),
                answer.precision().store(question.model()).total(),
                allocation.workload(),
                allocation.placement(),
                question.budget().share());
    }

    /// The same with another workload.
    Deployment with(Workload other) {
        return new Deployment(name, address, isGguf, hasTowers, precision, weightBytes, other, placement, memoryShare);
    }

    /// The same in another place.
    Deployment with(Placement other) {
        return new Deployment(name, address, isGguf, hasTowers, precision, weightBytes, workload, other, memoryShare);
    }

    /// The same with its files elsewhere.
    Deployment with(ModelAddress other) {
        return new Deployment(name, other, isGguf, hasTowers, precision, weightBytes, workload, placement, memoryShare);
    }

    private static boolean isTower(Weight weight) {
        return switch (weight.tower()) {
            case VISION, AUDIO, PROJECTOR -> true;
            case SAME, TEXT, ENCODER, NEXT_TOKEN, DENOISER, CODEC -> false;
        };
    }

    /// Whether the weights are taken as the files at the address hold them.
    boolean isAsStored() {
        return precision.format() == Format.AS_STORED;
    }

    /// Whether a GGUF file is to be run.
    boolean runsGguf() {
        return precision.format() == Format.GGUF || (isAsStored() && isGguf);
    }

    int deviceCount() {
        return placement.devices().size();
    }

    /// Tensor ranks and pipeline stages; layers divided whole are stages.
    Split.Parallel parallel() {
        return switch (placement.split()) {
            case Split.Parallel parallel -> parallel;
            case Split.Layers _ -> new Split.Parallel(1, Math.max(1, deviceCount()), false);
        };
    }

    /// The name in lower case, with dashes for all that is no letter and no digit: at most 50 characters
    /// that may name
    /// a service.
    String serviceName() {
        String lower = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String dashed = lower.replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        String bounded = dashed.substring(0, Math.min(50, dashed.length())).replaceAll("-+$", "");
        return bounded.isEmpty() ? "model" : Character.isDigit(bounded.charAt(0)) ? "m-" + bounded : bounded;
    }
}

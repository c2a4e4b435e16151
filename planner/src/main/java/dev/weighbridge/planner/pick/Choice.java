package dev.weighbridge.planner.pick;

import dev.weighbridge.planner.catalogue.ModelFacts;
import dev.weighbridge.planner.fit.Allocation;
import dev.weighbridge.planner.fit.Answer;
import dev.weighbridge.planner.fit.Price;
import dev.weighbridge.planner.quality.Quality;
import dev.weighbridge.planner.quality.QuantizationLoss.Loss;
import dev.weighbridge.planner.speed.SpeedEstimate;
import java.util.OptionalDouble;

/// A model that fits, at the precision to take.
///
/// @param facts what is known of it
/// @param quality at the task, after what the precision costs
/// @param loss what the precision costs
/// @param answer what it takes, how fast it is and what it costs
public record Choice(ModelFacts facts, Quality quality, Loss loss, Answer answer) {
    /// Where a model of its size usually runs.
    public Tier tier() {
        return Tier.of(facts.parameterCount());
    }

    /// Bytes that it takes in all memories together.
    public long bytes() {
        return answer.allocation()
                .map(Allocation::plan)
                .map(plan -> plan.total())
                .orElse(0L);
    }

    /// Tokens a second that one sequence gets, where that can be told.
    public OptionalDouble decode() {
        return answer.speed()
                .map(SpeedEstimate::decode)
                .map(rate -> OptionalDouble.of(rate.tokensPerSecond()))
                .orElse(OptionalDouble.empty());
    }

    /// Dollars for a million written tokens, where that can be told.
    public OptionalDouble dollarsPerMillion() {
        return answer.cost()
                .map(Price::dollarsPerMillionAnswerTokens)
                .map(OptionalDouble::of)
                .orElse(OptionalDouble.empty());
    }

    /// Whether this one is at least as good, as fast and as cheap as another, and better in one of
    /// these. What is not known of both is not compared; without prices the smaller is the cheaper.
    boolean dominates(Choice other) {
        boolean priced =
                dollarsPerMillion().isPresent() && other.dollarsPerMillion().isPresent();
        double own = priced ? dollarsPerMillion().getAsDouble() : (double) bytes();
        double others = priced ? other.dollarsPerMillion().getAsDouble() : (double) other.bytes();
        double speed = decode().orElse(0);
        double otherSpeed = other.decode().orElse(0);
        double value = quality.value();
        double otherValue = other.quality.value();
        boolean noWorse = value >= otherValue && speed >= otherSpeed && own <= others;
        return noWorse && (value > otherValue || speed > otherSpeed || own < others);
    }
}

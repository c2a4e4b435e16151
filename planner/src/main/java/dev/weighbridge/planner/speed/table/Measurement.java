package dev.weighbridge.planner.speed.table;

import dev.weighbridge.planner.speed.Deployment;
import dev.weighbridge.planner.speed.Laws.Subject;
import dev.weighbridge.planner.speed.Load;
import dev.weighbridge.planner.speed.Work;
import dev.weighbridge.planner.speed.table.SpeedRow.Phase;

/// A row in the words of the laws.
///
/// @param row as the table states it
/// @param work of its model
/// @param deployment where and by what it ran
/// @param load that it ran under
public record Measurement(SpeedRow row, Work work, Deployment deployment, Load load) {
    /// The law that it is a case of.
    public Subject subject() {
        return row.phase() == Phase.PREFILL ? Subject.PREFILL : Subject.decode(deployment.backend());
    }

    /// Tokens that one step of the law computes.
    public double tokens() {
        return row.phase() == Phase.PREFILL ? Math.max(1, load.promptTokens()) : load.sequences();
    }

    /// Seconds that a step took.
    public double seconds() {
        return tokens() / row.tokensPerSecond();
    }
}

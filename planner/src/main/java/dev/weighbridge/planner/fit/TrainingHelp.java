package dev.weighbridge.planner.fit;

import dev.weighbridge.planner.precision.Precision;
import dev.weighbridge.planner.precision.Precisions;
import dev.weighbridge.planner.training.Method;
import dev.weighbridge.planner.training.Optimizer;
import dev.weighbridge.planner.training.TrainingSettings;
import dev.weighbridge.planner.training.TrainingSettings.Loss;
import dev.weighbridge.planner.training.TrainingSettings.ZeroStage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What would make a training step fit, beside what helps any model: settings that trade time or exactness
/// for memory.
public final class TrainingHelp {
    private static final int USUAL_RANK = 16;

    private TrainingHelp() {}

    /// The answer for a training step, each remedy tried.
    public static Answer answer(Fit fit, Question question, TrainingRun run, Precision precision) {
        Answer answer = fit.answer(question, precision);
        if (!(answer.verdict() instanceof Verdict.DoesNotFit)) {
            return answer;
        }
        List<Remedy> remedies = new ArrayList<>();
        alternatives(run.settings(), question.machine().devices().size()).forEach((name, settings) -> {
            Precision base = name.equals("QLoRA") ? Precisions.parse("NF4") : precision;
            if (new Trials(question.with(new TrainingRun(settings)), base).fits()) {
                remedies.add(new Remedy.OtherTraining(name));
            }
        });
        remedies.addAll(answer.remedies());
        return new Answer(
                answer.precision(),
                answer.verdict(),
                answer.allocated(),
                answer.maxContext(),
                answer.estimate(),
                answer.price(),
                remedies);
    }

    /// Other settings by name, the least change first.
    private static Map<String, TrainingSettings> alternatives(TrainingSettings asked, int devices) {
        Map<String, TrainingSettings> others = new LinkedHashMap<>();
        if (!asked.isCheckpointing()) {
            others.put("checkpointing", asked.withCheckpointing(true));
        }
        if (asked.loss() == Loss.WHOLE) {
            others.put("a fused loss", asked.withLoss(Loss.FUSED));
        }
        if (asked.optimizer() == Optimizer.ADAMW) {
            others.put("AdamW in 8 bits", asked.withOptimizer(Optimizer.ADAMW_8BIT));
        }
        if (devices > 1) {
            others.put("ZeRO 1", asked.withZero(ZeroStage.ZERO_1));
            others.put("ZeRO 2", asked.withZero(ZeroStage.ZERO_2));
            others.put("ZeRO 3", asked.withZero(ZeroStage.ZERO_3));
        }
        if (asked.method() instanceof Method.Full) {
            others.put("LoRA", adapters(TrainingSettings.lora(USUAL_RANK, asked.sequenceLength()), asked));
        }
        if (!(asked.method() instanceof Method.Adapters adapters)
                || !adapters.base().name().equals("NF4")) {
            others.put("QLoRA", adapters(TrainingSettings.qlora(USUAL_RANK, asked.sequenceLength()), asked));
        }
        return others;
    }

    private static TrainingSettings adapters(TrainingSettings adapters, TrainingSettings asked) {
        return adapters.withOptimizer(asked.optimizer())
                .withZero(asked.zero())
                .withCheckpointing(asked.isCheckpointing())
                .withLoss(asked.loss());
    }
}

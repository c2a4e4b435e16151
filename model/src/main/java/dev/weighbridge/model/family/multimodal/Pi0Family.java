package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import java.util.List;

/// π0 (arXiv:2410.24164): PaliGemma sees and reads, a smaller Gemma beside it denoises the actions of a robot.
final class Pi0Family {
    private Pi0Family() {}

    static Family family() {
        return Family.named("pi0").composite(Pi0Family::joined, "PI0ForConditionalGeneration");
    }

    private static Block joined(Config config, Families families) {
        Config pali = config.part("vlm_config");
        Config expert = config.part("dit_config");
        long width = expert.size("hidden_size");
        long action = config.size("max_action_dim");
        return Sequence.of(
                "",
                Sequence.of(
                        "paligemma_with_expert",
                        Sequence.of(
                                "paligemma.model",
                                GemmaVisionFamily.paliTowers(pali, families),
                                Sequence.tower(
                                        Tower.TEXT,
                                        "language_model.model",
                                        families.backbone(pali.part("text_config")))),
                        Sequence.tower(
                                Tower.DENOISER,
                                "gemma_expert",
                                Sequence.of("model", layersOf(families.backbone(expert))),
                                Head.of("lm_head", width, expert.size("vocab_size")))),
                Sequence.tower(
                        Tower.DENOISER,
                        "",
                        Linear.of("state_proj", config.size("max_state_dim"), width, true),
                        Linear.of("action_in_proj", action, width, true),
                        Linear.of("action_time_mlp_in", 2 * width, width, true),
                        Linear.of("action_time_mlp_out", width, width, true),
                        Linear.of("action_out_proj", width, action, true)));
    }

    /// The expert reads no tokens: its table is stored as a head.
    private static List<Block> layersOf(Block backbone) {
        return backbone.children().stream()
                .filter(child -> !(child instanceof Embedding))
                .toList();
    }
}

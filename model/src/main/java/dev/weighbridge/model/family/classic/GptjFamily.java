package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;

/// GPT-J (Wang and Komatsuzaki 2021) and CodeGen (arXiv:2203.13474): neighbours rotate together, attention and
/// feed-forward stand side by side behind one norm, and the head has a bias.
final class GptjFamily {
    private GptjFamily() {}

    static Family family() {
        return Family.named("gpt-j")
                .architecture(config -> causal(config, gptj(config)), "GPTJForCausalLM")
                .architecture(GptjFamily::gptj, "GPTJModel")
                .architecture(
                        config -> Classifier.score(config, "transformer", gptj(config)),
                        "GPTJForSequenceClassification")
                .backbone(GptjFamily::gptj, "gptj")
                .architecture(config -> causal(config, codegen(config)), "CodeGenForCausalLM")
                .architecture(GptjFamily::codegen, "CodeGenModel")
                .backbone(GptjFamily::codegen, "codegen");
    }

    private static Block causal(Config config, Block backbone) {
        Head head = Head.of("lm_head", config.size("hidden_size"), config.size("vocab_size"))
                .biased();
        return Sequence.of("", Sequence.of("transformer", backbone), TextModel.head(config, head, "transformer.wte"));
    }

    private static Block gptj(Config config) {
        return backbone(config, attention(config).build());
    }

    private static Block codegen(Config config) {
        return backbone(config, attention(config).buildFused("qkv_proj"));
    }

    private static GroupedAttention attention(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        return GroupedAttention.of(config)
                .named("attn")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .rotary(Rotary.of(10_000, config.size("rotary_dim", headDim)).inPairs());
    }

    private static Block backbone(Config config, Block attention) {
        long hidden = config.size("hidden_size");
        Block feedForward = FeedForwards.plain(
                "mlp",
                hidden,
                config.size("n_inner", 4 * hidden),
                config.text("activation_function"),
                true,
                "fc_in",
                "fc_out");
        Block layer = Residual.of(TextModel.norm(config, Norm.Kind.LAYER, "ln_1"), Parallel.of(attention, feedForward));
        return Sequence.of(
                "",
                Embedding.of("wte", config.size("vocab_size"), hidden),
                Repeat.of("h", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.LAYER, "ln_f"));
    }
}

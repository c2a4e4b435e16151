package dev.weighbridge.model.family.classic;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.Classifier;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// GPT-2 (Radford et al. 2019), GPT-BigCode with one key and value head for all (SantaCoder, arXiv:2301.03988), and
/// Image
/// GPT (Chen et al. 2020), whose norms have no mean and whose tokens are colors.
final class Gpt2Family {
    private static final String PREFIX = "transformer";

    private Gpt2Family() {}

    static Family family() {
        return Family.named("gpt2")
                .architecture(config -> causal(config, gpt2(config)), "GPT2LMHeadModel")
                .architecture(Gpt2Family::gpt2, "GPT2Model")
                .architecture(config -> Classifier.score(config, PREFIX, gpt2(config)), "GPT2ForSequenceClassification")
                .architecture(config -> Classifier.tokens(config, PREFIX, gpt2(config)), "GPT2ForTokenClassification")
                .backbone(Gpt2Family::gpt2, "gpt2")
                .architecture(config -> causal(config, bigCode(config)), "GPTBigCodeForCausalLM")
                .architecture(Gpt2Family::bigCode, "GPTBigCodeModel")
                .architecture(
                        config -> Classifier.score(config, PREFIX, bigCode(config)),
                        "GPTBigCodeForSequenceClassification")
                .architecture(
                        config -> Classifier.tokens(config, PREFIX, bigCode(config)),
                        "GPTBigCodeForTokenClassification")
                .backbone(Gpt2Family::bigCode, "gpt_bigcode")
                .architecture(Gpt2Family::imageCausal, "ImageGPTForCausalImageModeling")
                .architecture(Gpt2Family::image, "ImageGPTModel")
                .architecture(
                        config -> Classifier.score(config, PREFIX, image(config)), "ImageGPTForImageClassification")
                .backbone(Gpt2Family::image, "imagegpt");
    }

    private static Block gpt2(Config config) {
        return new Layers(config, config.count("num_attention_heads"), Norm.Kind.LAYER, true).backbone();
    }

    private static Block bigCode(Config config) {
        int kvHeadCount = config.flag("multi_query", true) ? 1 : config.count("num_attention_heads");
        return new Layers(config, kvHeadCount, Norm.Kind.LAYER, false).backbone();
    }

    private static Block image(Config config) {
        return new Layers(config, config.count("num_attention_heads"), Norm.Kind.RMS, true).backbone();
    }

    private static Block causal(Config config, Block backbone) {
        return Sequence.of("", Sequence.of(PREFIX, backbone), TextModel.head(config, "lm_head", PREFIX + ".wte"));
    }

    /// The start token is never predicted, so the head is one row shorter than the embedding and cannot be tied to it.
    private static Block imageCausal(Config config) {
        long vocabulary = config.size("vocab_size");
        if (vocabulary == 0) {
            throw config.malformed("vocab_size", "must not be 0");
        }
        return Sequence.of(
                "", Sequence.of(PREFIX, image(config)), Head.of("lm_head", config.size("hidden_size"), vocabulary - 1));
    }

    private record Layers(Config config, int kvHeadCount, Norm.Kind norm, boolean inputFirst) {
        Block backbone() {
            long hidden = config.size("hidden_size");
            return Sequence.of(
                    "",
                    Embedding.of("wte", config.size("vocab_size"), hidden),
                    Embedding.positions("wpe", config.size("max_position_embeddings"), hidden),
                    Repeat.of("h", config.count("num_hidden_layers"), this::layer),
                    norm("ln_f"));
        }

        private Block layer(int index) {
            List<Block> blocks = new ArrayList<>();
            blocks.add(Residual.of(norm("ln_1"), attention(index)));
            if (config.flag("add_cross_attention")) {
                blocks.add(Residual.of(norm("ln_cross_attn"), crossAttention(index)));
            }
            blocks.add(Residual.of(norm("ln_2"), feedForward()));
            return Sequence.of("", blocks);
        }

        private Norm norm(String name) {
            return TextModel.norm(config, norm, name);
        }

        private Heads heads() {
            Heads plain = GroupedAttention.heads(config);
            return Heads.of(plain.headCount(), kvHeadCount, config.size("hidden_size") / plain.headCount());
        }

        private Attention attention(int index) {
            return GroupedAttention.of(config.size("hidden_size"), heads())
                    .named("attn")
                    .projections("q_attn", "k_attn", "v_attn", "c_proj")
                    .bias(true, true)
                    .scored(scale(index), 0)
                    .stored(this::stored)
                    .buildFused("c_attn");
        }

        private Attention crossAttention(int index) {
            long hidden = config.size("hidden_size");
            int headCount = heads().headCount();
            List<Part> parts = List.of(
                    new Part(Slot.QUERY, stored(Linear.of("q_attn", hidden, hidden, true))),
                    new Part(Slot.KEY_VALUE, stored(Linear.of("c_attn", hidden, 2 * hidden, true))),
                    new Part(Slot.OUTPUT, stored(Linear.of("c_proj", hidden, hidden, true))));
            var heads = Heads.of(headCount, headCount, hidden / headCount);
            return Attention.of("crossattention", heads, Span.cross(), Rotary.NONE, parts)
                    .scored(scale(index), 0);
        }

        private double scale(int index) {
            double usual = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt((double) heads().headDim()) : 1;
            boolean byLayer = config.flag("scale_attn_by_inverse_layer_idx");
            return byLayer ? usual / (index + 1) : usual == 1 ? 1 : 0;
        }

        private Block feedForward() {
            long hidden = config.size("hidden_size");
            long inner = config.size("n_inner", 4 * hidden);
            return FeedForwards.plain(
                    "mlp",
                    config.text("activation_function"),
                    stored(Linear.of("c_fc", hidden, inner, true)),
                    stored(Linear.of("c_proj", inner, hidden, true)));
        }

        private Linear stored(Linear linear) {
            return inputFirst ? linear.storedInputFirst() : linear;
        }
    }
}

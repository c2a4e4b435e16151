package dev.weighbridge.model.family.decoder;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// Decoders whose feed-forward has no gate: Nemotron 4 (arXiv:2402.16819, norms that scale by `1 + w`), Arcee, Jais 2,
/// Apertus (arXiv:2509.14233, with the trained activation xIELU of arXiv:2411.13010), StarCoder 2 (arXiv:2402.19173),
/// Persimmon (Adept 2023), nanochat (norms without parameters) and the language model of Cosmos Edge.
final class NemotronFamily {
    private NemotronFamily() {}

    static List<Family> families() {
        return List.of(
                TextModel.members(Family.named("nemotron"), "Nemotron", NemotronFamily::nemotron, "nemotron"),
                TextModel.members(Family.named("arcee"), "Arcee", NemotronFamily::arcee, "arcee"),
                TextModel.members(Family.named("jais2"), "Jais2", NemotronFamily::jais, "jais2"),
                TextModel.members(Family.named("apertus"), "Apertus", NemotronFamily::apertus, "apertus"),
                TextModel.members(Family.named("starcoder2"), "Starcoder2", NemotronFamily::starCoder, "starcoder2"),
                TextModel.members(Family.named("persimmon"), "Persimmon", NemotronFamily::persimmon, "persimmon"),
                TextModel.members(
                        Family.named("nanochat"), "NanoChat", NemotronFamily::nanoChat, GemmaFamily::head, "nanochat"),
                Family.named("cosmos3_edge")
                        .architecture(NemotronFamily::cosmos, "Cosmos3EdgeTextModel")
                        .backbone(NemotronFamily::cosmos, "cosmos3_edge_text"));
    }

    private static Block nemotron(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        return uniform(
                config,
                attention(config).rotary(Rotaries.of(config, headDim, "", 10_000, 0.5)),
                upDown(config),
                Norm.Kind.LAYER_OFFSET);
    }

    private static Block arcee(Config config) {
        return uniform(config, attention(config).rotary(config), upDown(config), Norm.Kind.RMS);
    }

    private static Block jais(Config config) {
        return uniform(config, attention(config).rotary(config), upDown(config), Norm.Kind.LAYER);
    }

    private static Block cosmos(Config config) {
        Block feedForward = FeedForwards.plain(config, config.flag("mlp_bias"), "fc1", "fc2");
        return uniform(config, attention(config).rotary(config, 100_000_000), feedForward, Norm.Kind.RMS);
    }

    private static Block starCoder(Config config) {
        boolean bias = config.flag("use_bias");
        var attention = GroupedAttention.of(config)
                .bias(bias, bias)
                .span(TextModel.window(config))
                .rotary(config);
        return uniform(config, attention, FeedForwards.plain(config, bias, "c_fc", "c_proj"), Norm.Kind.LAYER);
    }

    private static Block apertus(Config config) {
        long headDim = GroupedAttention.heads(config).headDim();
        double epsilon = TextModel.epsilon(config);
        var attention = attention(config)
                .rotary(config, 12_000_000)
                .normed(Norm.rms("q_norm", headDim, epsilon), Norm.rms("k_norm", headDim, epsilon));
        FeedForward plain = FeedForwards.plain(config, false, "up_proj", "down_proj");
        Block layer = Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "attention_layernorm"), attention.build()),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "feedforward_layernorm"),
                        plain.activation().name().equals("xielu") ? withTrainedActivation(plain) : plain));
        return TextModel.backbone(config, _ -> layer, Norm.Kind.RMS);
    }

    private static FeedForward withTrainedActivation(FeedForward plain) {
        List<Part> parts = new ArrayList<>(plain.parts());
        parts.add(new Part(
                Slot.OTHER,
                Sequence.of(
                        "act_fn",
                        Table.of("alpha_p", 1),
                        Table.of("alpha_n", 1),
                        Table.buffer("beta"),
                        Table.buffer("eps"))));
        return new FeedForward(plain.name(), plain.in(), plain.inner(), plain.activation(), plain.gated(), parts);
    }

    /// Query, key and value are interleaved by head within one matrix.
    private static Block persimmon(Config config) {
        int headCount = config.count("num_attention_heads");
        if (headCount == 0) {
            throw config.malformed("num_attention_heads", "must not be 0");
        }
        long headDim = config.size("hidden_size") / headCount;
        double epsilon = TextModel.epsilon(config);
        var attention = GroupedAttention.of(config.size("hidden_size"), Heads.of(headCount, headCount, headDim))
                .projections("", "", "", "dense")
                .bias(true, true)
                .rotary(Rotaries.of(config, headDim, "", 10_000, 0.5));
        if (config.flag("qk_layernorm")) {
            attention.normed(Norm.layer("q_layernorm", headDim, epsilon), Norm.layer("k_layernorm", headDim, epsilon));
        }
        Block layer = TextModel.layer(
                config,
                Norm.Kind.LAYER,
                attention.buildFused("query_key_value"),
                FeedForwards.plain(config, true, "dense_h_to_4h", "dense_4h_to_h"));
        return TextModel.backbone(config, _ -> layer, TextModel.norm(config, Norm.Kind.LAYER, "final_layernorm"));
    }

    /// The embedding is normalised too, and the norms of query and key heads come after the rotary positions.
    private static Block nanoChat(Config config) {
        double epsilon = TextModel.epsilon(config);
        Norm norm = Norm.rms("", config.size("hidden_size"), epsilon).untrained();
        Norm headNorm =
                Norm.rms("", GroupedAttention.heads(config).headDim(), epsilon).untrained();
        Block attention =
                attention(config).rotary(config).normed(headNorm, headNorm).build();
        Block layer = Sequence.of(
                "", Residual.of(norm, attention), Residual.of(norm, FeedForwards.plain(config, false, "fc1", "fc2")));
        return Sequence.of(
                "",
                Embedding.of("embed_tokens", config.size("vocab_size"), config.size("hidden_size")),
                norm,
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                norm);
    }

    private static GroupedAttention attention(Config config) {
        boolean bias = config.flag("attention_bias");
        return GroupedAttention.of(config).bias(bias, bias);
    }

    private static Block upDown(Config config) {
        return FeedForwards.plain(config, config.flag("mlp_bias"), "up_proj", "down_proj");
    }

    private static Block uniform(Config config, GroupedAttention attention, Block feedForward, Norm.Kind norm) {
        Block layer = TextModel.layer(config, norm, attention.build(), feedForward);
        return TextModel.backbone(config, _ -> layer, norm);
    }
}

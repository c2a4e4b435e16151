package dev.weighbridge.model.family.speech;

import dev.weighbridge.model.block.Activation;
import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Part;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Rotary;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Slot;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.Rotaries;
import dev.weighbridge.model.family.component.TextModel;
import dev.weighbridge.model.tensor.Shape;
import java.util.List;

/// Language models over the tokens of a codec, several a frame: Moshi and Kyutai's recognizer (arXiv:2410.00037), CSM,
/// Dia,
/// Higgs Audio 2.
final class CodebookFamily {
    private CodebookFamily() {}

    static Family family() {
        return Family.named("codebooks")
                .architecture(
                        config -> Sequence.of(
                                "",
                                Sequence.of("model", moshi(config, moshiEmbedding(config))),
                                head(config, config.size("vocab_size"))),
                        "MoshiForCausalLM")
                .composite(CodebookFamily::dialogue, "MoshiForConditionalGeneration")
                .composite(CodebookFamily::kyutai, "KyutaiSpeechToTextForConditionalGeneration")
                .composite(CodebookFamily::csm, "CsmForConditionalGeneration")
                .architecture(CodebookFamily::dia, "DiaForConditionalGeneration")
                .architecture(CodebookFamily::higgs, "HiggsAudioV2ForConditionalGeneration");
    }

    private static Block head(Config config, long vocabulary) {
        return Head.of("lm_head", config.size("hidden_size"), vocabulary);
    }

    // Moshi

    private static Block moshiEmbedding(Config config) {
        return Embedding.of("embed_tokens", config.size("vocab_size") + 1, config.size("hidden_size"));
    }

    private static Sequence moshi(Config config, Block embedding) {
        long width = config.size("hidden_size");
        Attention attention = GroupedAttention.of(config)
                .projections("q_proj.linear", "k_proj.linear", "v_proj.linear", "o_proj.linear")
                .span(TextModel.window(config))
                .rotary(config)
                .build();
        Block layer = Sequence.of(
                "",
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"), attention),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        FeedForwards.fusedGated(
                                "mlp",
                                width,
                                config.size("ffn_dim") / 2,
                                config.text("hidden_act"),
                                false,
                                "fc1",
                                "fc2")));
        return Sequence.of(
                "",
                embedding,
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    /// Both sides of a conversation are heard at once: the codec's tokens of either join the text's, and a small
    /// decoder
    /// goes through the codebooks of each frame.
    private static Block dialogue(Config config, Families families) {
        Config codec = config.part("audio_encoder_config");
        long audio = config.has("audio_vocab_size") ? config.size("audio_vocab_size") : codec.size("codebook_size");
        int codebooks = config.count("num_codebooks");
        Config depth = config.part("depth_decoder_config")
                .with("audio_vocab_size", audio)
                .with("input_size", config.size("hidden_size"))
                .with("vocab_size", config.size("vocab_size"))
                .with("num_codebooks", (long) codebooks);
        return Sequence.of(
                "",
                Repeat.of(
                        "embed_tokens",
                        Math.multiplyExact(2, codebooks),
                        Embedding.of("", audio + 1, config.size("hidden_size"))),
                Sequence.tower(Tower.CODEC, "audio_encoder", families.backbone(codec)),
                Sequence.of(
                        "decoder",
                        Sequence.of("model", moshi(config, moshiEmbedding(config))),
                        head(config, config.size("vocab_size"))),
                Sequence.of("depth_decoder", depthDecoder(depth)));
    }

    /// Each codebook has matrices of its own, stacked.
    private static Block depthDecoder(Config config) {
        long width = config.size("hidden_size");
        long inner = config.size("ffn_dim");
        int codebooks = config.count("num_codebooks");
        long audio = config.size("audio_vocab_size");
        Heads heads = GroupedAttention.heads(config);
        List<Part> projections = List.of(
                new Part(Slot.QUERY, Table.of("q_proj.linear.weight", codebooks, heads.queryWidth(), width)),
                new Part(Slot.KEY, Table.of("k_proj.linear.weight", codebooks, heads.keyWidth(), width)),
                new Part(Slot.VALUE, Table.of("v_proj.linear.weight", codebooks, heads.valueWidth(), width)),
                new Part(Slot.OUTPUT, Table.of("o_proj.linear.weight", codebooks, width, heads.queryWidth())));
        List<Part> feedForward = codebooks == 1
                ? List.of(
                        new Part(Slot.GATE_UP, Linear.of("fc1", width, inner)),
                        new Part(Slot.DOWN, Linear.of("fc2", inner / 2, width)))
                : List.of(
                        new Part(Slot.GATE_UP, Table.of("fc1.weight", codebooks, inner, width)),
                        new Part(Slot.DOWN, Table.of("fc2.weight", codebooks, width, inner / 2)));
        Block layer = Sequence.of(
                "",
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        Attention.of("self_attn", heads, TextModel.window(config), Rotary.NONE, projections)),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        new FeedForward(
                                "mlp", width, inner / 2, Activation.of(config.text("hidden_act")), true, feedForward)));
        return Sequence.of(
                "",
                Embedding.of("text_embed_tokens", config.size("vocab_size") + 1, width),
                Repeat.of("embed_tokens", Math.max(0, codebooks - 1), Embedding.of("", audio + 1, width)),
                Table.of("input_projections.weight", codebooks, width, config.size("input_size")),
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                new Table("lm_heads.weight", Shape.of(codebooks, audio, width), Role.HEAD));
    }

    /// Moshi's decoder the other way round: audio tokens in, text out, all in one table.
    private static Block kyutai(Config config, Families families) {
        long audio = Math.multiplyExact(config.size("codebook_vocab_size"), config.size("num_codebooks"));
        long rows = config.size("vocab_size") + audio + 1;
        Block embedding = Embedding.of("embed_tokens.embed_tokens", rows, config.size("hidden_size"));
        // a head that is the whole table also scores audio tokens
        long scored = config.flag("tie_word_embeddings") ? rows : config.size("vocab_size");
        return Sequence.of(
                "",
                Sequence.of("model", moshi(config, embedding)),
                TextModel.head(
                        config,
                        Head.of("lm_head", config.size("hidden_size"), scored),
                        "model.embed_tokens.embed_tokens"),
                Sequence.tower(Tower.CODEC, "codec_model", families.backbone(config.part("codec_config"))));
    }

    // CSM

    /// A backbone predicts the first codebook of a frame, a small decoder the others.
    private static Block csm(Config config, Families families) {
        long width = config.size("hidden_size");
        Config depth = config.part("depth_decoder_config");
        long vocabulary = depth.size("vocab_size");
        long codebooks = depth.size("num_codebooks");
        long read = depth.size("backbone_hidden_size");
        return Sequence.of(
                "",
                head(config, config.size("vocab_size")),
                Embedding.of("embed_text_tokens", config.size("text_vocab_size"), width),
                Sequence.of(
                        "backbone_model",
                        Embedding.of(
                                "embed_tokens.embed_audio_tokens",
                                Math.multiplyExact(config.size("num_codebooks"), config.size("vocab_size")),
                                width),
                        csmLayers(config)),
                Sequence.of(
                        "depth_decoder",
                        Sequence.of(
                                "model",
                                Embedding.of("embed_tokens", Math.multiplyExact(codebooks, vocabulary), read),
                                Linear.of("inputs_embeds_projector", read, depth.size("hidden_size"))
                                        .as(Role.PROJECTION),
                                csmLayers(depth)),
                        new Table(
                                "codebooks_head.weight",
                                Shape.of(Math.max(0, codebooks - 1), depth.size("hidden_size"), vocabulary),
                                Role.HEAD)),
                Sequence.tower(Tower.CODEC, "codec_model", families.backbone(config.part("codec_config"))));
    }

    private static Block csmLayers(Config config) {
        Block layer = TextModel.layer(
                config, Norm.Kind.RMS, attention(config, 500_000), FeedForwards.gated(config, config.flag("mlp_bias")));
        return Sequence.of(
                "",
                Repeat.of("layers", config.count("num_hidden_layers"), layer),
                TextModel.norm(config, Norm.Kind.RMS, "norm"));
    }

    private static Attention attention(Config config, double theta) {
        boolean bias = config.flag("attention_bias");
        Heads heads = GroupedAttention.heads(config);
        return GroupedAttention.of(config)
                .bias(bias, bias)
                .rotary(Rotaries.of(config, heads.headDim(), "", theta, 1))
                .build();
    }

    // Dia

    private static Block dia(Config config) {
        Config encoder = config.part("encoder_config");
        Config decoder = config.part("decoder_config");
        long width = decoder.size("hidden_size");
        long tokens = Math.multiplyExact(decoder.size("num_channels"), decoder.size("vocab_size"));
        Block encoderLayer = Sequence.of(
                "",
                Residual.of(diaNorm(encoder, "pre_sa_norm"), diaAttention(encoder, Span.bidirectional())),
                Residual.of(diaNorm(encoder, "post_sa_norm"), FeedForwards.fusedGated(encoder)));
        Block decoderLayer = Sequence.of(
                "",
                Residual.of(diaNorm(decoder, "pre_sa_norm"), diaAttention(decoder, Span.causal())),
                Residual.of(diaNorm(decoder, "pre_ca_norm"), diaCross(decoder)),
                Residual.of(diaNorm(decoder, "pre_mlp_norm"), FeedForwards.fusedGated(decoder)));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        Sequence.tower(
                                Tower.ENCODER,
                                "encoder",
                                Embedding.of("embedding", encoder.size("vocab_size"), encoder.size("hidden_size")),
                                Repeat.of("layers", encoder.count("num_hidden_layers"), encoderLayer),
                                diaNorm(encoder, "norm")),
                        Sequence.of(
                                "decoder",
                                Embedding.of("embeddings.embed", tokens, width),
                                Repeat.of("layers", decoder.count("num_hidden_layers"), decoderLayer),
                                diaNorm(decoder, "norm"))),
                Head.of("logits_dense", width, tokens));
    }

    private static Norm diaNorm(Config config, String name) {
        return Norm.rms(name, config.size("hidden_size"), config.number("norm_eps"));
    }

    /// Scores are not scaled.
    private static Attention diaAttention(Config config, Span span) {
        return GroupedAttention.of(config)
                .named("self_attention")
                .span(span)
                .rotary(config)
                .scored(1, 0)
                .build();
    }

    private static Attention diaCross(Config config) {
        long width = config.size("hidden_size");
        long read = config.size("cross_hidden_size");
        Heads heads = Heads.of(
                config.count("cross_num_attention_heads"),
                config.count("cross_num_key_value_heads"),
                config.size("cross_head_dim"));
        return Attention.of(
                        "cross_attention",
                        heads,
                        Span.cross(),
                        Rotary.NONE,
                        List.of(
                                new Part(Slot.QUERY, Linear.of("q_proj", width, heads.queryWidth())),
                                new Part(Slot.KEY, Linear.of("k_proj", read, heads.keyWidth())),
                                new Part(Slot.VALUE, Linear.of("v_proj", read, heads.valueWidth())),
                                new Part(Slot.OUTPUT, Linear.of("o_proj", heads.queryWidth(), width))))
                .scored(1, 0);
    }

    // Higgs Audio

    /// Audio tokens pass norms and a feed-forward of their own; attention is shared.
    private static Block higgs(Config config) {
        long width = config.size("hidden_size");
        long tokens = Math.multiplyExact(config.size("num_codebooks"), config.size("codebook_size"));
        boolean bias = config.flag("mlp_bias");
        FeedForward audio = FeedForwards.gated(
                "audio_mlp", width, config.size("intermediate_size"), config.text("hidden_act"), bias);
        Block layer = Sequence.of(
                "",
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "input_layernorm"),
                        TextModel.norm(config, Norm.Kind.RMS, "audio_input_layernorm"),
                        attention(config, 10_000)),
                Residual.of(
                        TextModel.norm(config, Norm.Kind.RMS, "post_attention_layernorm"),
                        FeedForwards.gated(config, bias)),
                Residual.of(TextModel.norm(config, Norm.Kind.RMS, "audio_post_attention_layernorm"), audio));
        return Sequence.of(
                "",
                Sequence.of(
                        "model",
                        TextModel.backbone(config, _ -> layer, Norm.Kind.RMS),
                        Embedding.of("embed_audio_tokens.embed_audio_tokens", tokens, width)),
                Head.of("audio_lm_head", width, tokens));
    }
}

package dev.weighbridge.model.family.vision;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.FeedForward;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.ParameterStyle;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import dev.weighbridge.model.family.component.BertEmbeddings;
import dev.weighbridge.model.family.component.BertLayer;
import dev.weighbridge.model.family.component.EncoderLayer;
import dev.weighbridge.model.family.component.FeedForwards;
import dev.weighbridge.model.family.component.GroupedAttention;
import dev.weighbridge.model.family.component.ImagePatches;
import dev.weighbridge.model.family.component.Rotaries;
import java.util.ArrayList;
import java.util.List;

/// Models of CLIP's kind with other text models, other heads or other names: AltCLIP (arXiv:2211.06679), Chinese CLIP
/// (arXiv:2211.01335), OWL-ViT (arXiv:2205.06230) and OWLv2 (arXiv:2306.09683), X-CLIP (arXiv:2208.02816), MLCD
/// (arXiv:2407.17331), TIPS v2.
final class ClipRelativesFamily {
    private ClipRelativesFamily() {}

    static Family family() {
        return Family.named("clip-relatives")
                .architecture(ClipRelativesFamily::alt, "AltCLIPModel")
                .architecture(ClipRelativesFamily::chinese, "ChineseCLIPModel")
                .architecture(ClipRelativesFamily::owl, "OwlViTModel", "Owlv2Model")
                .architecture(config -> detector(config, "owlvit", false), "OwlViTForObjectDetection")
                .architecture(config -> detector(config, "owlv2", true), "Owlv2ForObjectDetection")
                .architecture(ClipRelativesFamily::video, "XCLIPModel")
                .architecture(ClipRelativesFamily::mlcd, "MLCDVisionModel")
                .architecture(ClipRelativesFamily::tips, "Tipsv2Model")
                .architecture(ClipRelativesFamily::tipsText, "Tipsv2TextModel")
                .architecture(ClipRelativesFamily::tipsVision, "Tipsv2VisionModel")
                .backbone(ClipRelativesFamily::mlcd, "mlcd_vision_model", "mlcd");
    }

    /// XLM-RoBERTa reads the text; the tower's layers are saved as `layer`.
    private static Block alt(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        long hidden = text.size("hidden_size");
        Sequence tower = ClipFamily.visionTower(vision, "pre_layrnorm");
        return Sequence.of(
                "",
                Sequence.of(
                        "text_model",
                        Sequence.of("roberta", bert(text)),
                        Norm.layer("pre_LN", hidden, text.number("layer_norm_eps")),
                        Linear.of("transformation", hidden, text.size("project_dim"), true)),
                new Sequence(
                        "vision_model.vision_model",
                        Tower.VISION,
                        tower.children().stream()
                                .map(child -> child instanceof Repeat layers ? layers.renamed("encoder.layer") : child)
                                .toList()),
                ClipFamily.projections(config, text.with("hidden_size", text.size("project_dim")), vision));
    }

    private static Sequence bert(Config config) {
        return Sequence.of(
                "",
                BertEmbeddings.of(config).build(),
                Repeat.of(
                        "encoder.layer",
                        config.count("num_hidden_layers"),
                        BertLayer.of(config).build()));
    }

    private static Block chinese(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("text_model", bert(text)),
                Sequence.of("vision_model", ClipFamily.vision(vision)),
                ClipFamily.projections(config, text, vision));
    }

    private static Block owl(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        return Sequence.of(
                "",
                Sequence.of("text_model", ClipFamily.textTower(text)),
                Sequence.of("vision_model", ClipFamily.visionTower(vision, "pre_layernorm")),
                ClipFamily.projections(config, text, vision));
    }

    /// A box and a text embedding for each patch, and in the second version how likely it is an object.
    private static Block detector(Config config, String name, boolean objectness) {
        long seen = config.part("vision_config").size("hidden_size");
        long named = config.part("text_config").size("hidden_size");
        List<Block> blocks = new ArrayList<>();
        blocks.add(Sequence.of(name, owl(config)));
        blocks.add(Norm.layer("layer_norm", seen, config.part("vision_config").number("layer_norm_eps")));
        blocks.add(Sequence.of(
                "class_head",
                Linear.of("dense0", seen, named, true).as(Role.HEAD),
                Linear.of("logit_shift", seen, 1, true).as(Role.HEAD),
                Linear.of("logit_scale", seen, 1, true).as(Role.HEAD)));
        blocks.add(regression("box_head", seen, 4));
        if (objectness) {
            blocks.add(regression("objectness_head", seen, 1));
        }
        return Sequence.of("", blocks);
    }

    private static Block regression(String name, long width, long out) {
        return Sequence.of(
                name,
                Linear.of("dense0", width, width, true).as(Role.HEAD),
                Linear.of("dense1", width, width, true).as(Role.HEAD),
                Linear.of("dense2", width, out, true).as(Role.HEAD));
    }

    /// Frames pass messages in every layer, are integrated by a small transformer, and prompt the text.
    private static Block video(Config config) {
        Config text = config.part("text_config");
        Config vision = config.part("vision_config");
        long width = vision.size("hidden_size");
        long shared = config.size("projection_dim");
        double epsilon = vision.number("layer_norm_eps");
        Config frames = vision.with("hidden_size", vision.size("mit_hidden_size"))
                .with("intermediate_size", vision.size("mit_intermediate_size"))
                .with("num_hidden_layers", (long) vision.count("mit_num_hidden_layers"))
                .with("num_attention_heads", (long) vision.count("mit_num_attention_heads"));
        Sequence tower = ClipFamily.visionTower(vision, "pre_layernorm");
        return Sequence.of(
                "",
                Sequence.of("text_model", ClipFamily.textTower(text)),
                new Sequence(
                        "vision_model",
                        Tower.VISION,
                        tower.children().stream()
                                .map(child -> child instanceof Repeat layers
                                        ? Repeat.of("encoder.layers", layers.count(), messaging(vision))
                                        : child)
                                .toList()),
                ClipFamily.projections(config, text, vision),
                Norm.layer("prompts_visual_layernorm", width, epsilon),
                Table.of("prompts_visual_projection", width, shared),
                Sequence.of(
                        "mit",
                        Table.positions("position_embedding", 1, vision.size("num_frames"), frames.size("hidden_size")),
                        ClipFamily.layers(frames, Span.bidirectional())),
                prompts(config, shared, text.number("layer_norm_eps"), epsilon));
    }

    private static Block messaging(Config config) {
        long width = config.size("hidden_size");
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named("message_attn")
                .projections("q_proj", "k_proj", "v_proj", "out_proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .build();
        return Sequence.of(
                "",
                Linear.of("message_fc", width, width, true),
                Residual.of(Norm.layer("message_ln", width, config.number("layer_norm_eps")), attention),
                EncoderLayer.clip(config, Span.bidirectional()));
    }

    private static Block prompts(Config config, long width, double textEpsilon, double visionEpsilon) {
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("prompt_num_attention_heads")))
                .named("cross_attn")
                .projections("q_proj", "k_proj", "v_proj", "proj")
                .bias(false, true)
                .span(Span.cross())
                .build();
        return Sequence.of(
                "prompts_generator",
                Norm.layer("layernorm", width, visionEpsilon),
                Repeat.of(
                        "decoder",
                        config.count("prompt_layers"),
                        EncoderLayer.of(
                                Norm.layer("norm1", width, textEpsilon),
                                attention,
                                Norm.layer("norm3", width, textEpsilon),
                                FeedForwards.plain(
                                        "mlp", width, 4 * width, config.text("prompt_hidden_act"), true, "0", "3"))),
                Table.of("alpha", width));
    }

    /// Positions turn by row and column; the class token has a learned angle.
    private static Block mlcd(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        long headDim = EncoderLayer.heads(config, width, config.count("num_attention_heads"))
                .headDim();
        return Sequence.tower(
                Tower.VISION,
                "",
                Table.positions("class_pos_emb", 1, headDim / 2),
                Table.of("embeddings.class_embedding", width),
                ImagePatches.of(config).embedding("embeddings.patch_embedding", width, false),
                Norm.layer("pre_layrnorm", width, epsilon),
                Repeat.of(
                        "encoder.layers",
                        config.count("num_hidden_layers"),
                        EncoderLayer.clip(config, Span.bidirectional(), Rotaries.axial(10_000, headDim))),
                Norm.layer("post_layernorm", width, epsilon));
    }

    private static Block tips(Config config) {
        return Sequence.of(
                "",
                Sequence.of("text_encoder", tipsText(config.part("text_config"))),
                Sequence.of("vision_encoder", tipsVision(config.part("vision_config"))),
                Table.of("temperature"));
    }

    private static Block tipsText(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named("attn")
                .projections("", "", "", "out_proj")
                .bias(true, true)
                .span(Span.bidirectional())
                .stored(linear -> linear.name().equals("in_proj") ? linear.named(ParameterStyle.UNDERSCORE) : linear)
                .buildFused("in_proj");
        return Sequence.of(
                "text_encoder",
                Embedding.of("token_embedding", config.size("vocab_size"), width)
                        .scaled(config.flag("scale_sqrt_depth") ? Math.sqrt((double) width) : 1),
                Repeat.of(
                        "transformer.resblocks",
                        config.count("num_hidden_layers"),
                        EncoderLayer.of(
                                Norm.layer("ln_1", width, epsilon),
                                attention,
                                Norm.layer("ln_2", width, epsilon),
                                tipsFeedForward(config, config.size("intermediate_size")))),
                Norm.layer("ln_final", width, epsilon));
    }

    private static FeedForward tipsFeedForward(Config config, long inner) {
        return FeedForwards.plain(
                "mlp", config.size("hidden_size"), inner, config.text("hidden_act"), true, "c_fc", "c_proj");
    }

    private static Block tipsVision(Config config) {
        long width = config.size("hidden_size");
        double epsilon = config.number("layer_norm_eps");
        var patches = ImagePatches.of(config);
        var attention = GroupedAttention.of(
                        width, EncoderLayer.heads(config, width, config.count("num_attention_heads")))
                .named("attn")
                .projections("", "", "", "proj")
                .bias(config.flag("qkv_bias"), true)
                .span(Span.bidirectional())
                .buildFused("qkv");
        Block layer = EncoderLayer.scaled(
                Norm.layer("norm1", width, epsilon),
                attention,
                "ls1.gamma",
                Norm.layer("norm2", width, epsilon),
                tipsFeedForward(config, (long) (width * config.number("mlp_ratio"))),
                "ls2.gamma");
        return Sequence.tower(
                Tower.VISION,
                "vision_encoder",
                EncoderLayer.token("cls_token", width),
                Table.of("mask_token", 1, width),
                Table.of("register_tokens", 1, config.size("num_register_tokens"), width),
                patches.embedding("patch_embed.proj", width, true),
                Table.positions("pos_embed", 1, patches.count() + 1, width),
                Repeat.of("blocks", config.count("num_hidden_layers"), layer),
                Norm.layer("norm", width, epsilon));
    }
}

package dev.weighbridge.model.family.multimodal;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Head;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.component.TextModel;
import java.util.ArrayList;
import java.util.List;

/// How a language model, its head and what is joined to it are named in published files.
///
/// Two habits are in use. The older keeps the language model whole: `language_model.model`, `language_model.lm_head`,
/// and its towers at the top. The newer puts everything but the head into `model`, the language model as
/// `model.language_model`, the head at the top.
final class Joined {
    private Joined() {}

    /// The older habit: the towers, then the language model of `text_config` with its head.
    static Block whole(Config config, Families families, boolean tied, Block... towers) {
        Config text = config.part("text_config");
        List<Block> blocks = new ArrayList<>(List.of(towers));
        blocks.add(Sequence.tower(
                Tower.TEXT,
                "language_model",
                Sequence.of("model", backbone(text, "_text", families)),
                head(text, tied, "model.embed_tokens")));
        return Sequence.of("", blocks);
    }

    /// The newer habit: `model` with the towers and the language model of `text_config`, then the head.
    static Block nested(Config config, Families families, boolean tied, Block... towers) {
        Config text = config.part("text_config");
        List<Block> blocks = new ArrayList<>(List.of(towers));
        blocks.add(Sequence.tower(Tower.TEXT, "language_model", backbone(text, "_text", families)));
        return Sequence.of("", Sequence.of("model", blocks), head(text, tied, "model.language_model.embed_tokens"));
    }

    /// The head `lm_head` of a language model, tied to `embedding` or not, whatever its own configuration says.
    static Block head(Config text, boolean tied, String embedding) {
        Head head = Head.of("lm_head", text.size("hidden_size"), text.size("vocab_size"))
                .scaled(text.number("logit_scale", 1))
                .capped(text.number("final_logit_softcapping", 0));
        return TextModel.head(text.with("tie_word_embeddings", tied), head, embedding);
    }

    /// Whether the whole or its language model ties head and embedding; older files say so in `text_config` only.
    static boolean tiedAnywhere(Config config) {
        return config.flag("tie_word_embeddings") || config.part("text_config").flag("tie_word_embeddings");
    }

    /// The backbone of a part. Some releases give a part the model type of the whole (`qwen2_vl`, `glm4v`, `idefics2`),
    /// which
    /// means the type that has `_vision` or `_text` behind it.
    static Block backbone(Config part, String suffix, Families families) {
        String type = part.text("model_type");
        String own = type + suffix;
        return families.backbone(families.lends(type) || !families.lends(own) ? part : part.with("model_type", own));
    }

    /// The vision tower of `vision_config` under a name.
    static Block vision(Config config, Families families, String name) {
        return Sequence.tower(Tower.VISION, name, backbone(config.part("vision_config"), "_vision", families));
    }

    /// `linear_2(act(linear_1(x)))`, the usual projector, under a name.
    static Block projector(String name, long in, long inner, long out, boolean bias) {
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                projection("linear_1", in, inner, bias),
                projection("linear_2", inner, out, bias));
    }

    /// One matrix of a projector.
    static Linear projection(String name, long in, long out, boolean bias) {
        return Linear.of(name, in, out, bias).as(Role.PROJECTION);
    }

    /// How many layers of the tower the projector reads side by side: a list in `field`, or one.
    static long featureLayers(Config config, String field) {
        return config.values().get(field) instanceof List<?> layers ? layers.size() : 1;
    }

    /// A backbone whose numbered layers the reference implementation saves under another name than it gives them.
    static Block savedAs(String layers, Block backbone) {
        return Sequence.of(
                backbone.name(),
                backbone.children().stream()
                        .map(child -> child instanceof Repeat repeat ? repeat.renamed(layers) : child)
                        .toList());
    }

    /// The language model's settings: some early releases hold them at the top instead of in `text_config`.
    static Config text(Config config) {
        Config text = config.part("text_config");
        if (!config.has("hidden_size") || !config.has("num_hidden_layers")) {
            return text;
        }
        Config whole = text;
        for (String field : text.names()) {
            if (!field.equals("model_type") && config.names().contains(field)) {
                whole = whole.with(field, config.values().get(field));
            }
        }
        return whole;
    }

    /// Mistral Small 3.1's projector: a norm, neighbouring patches merged by a matrix, two more.
    static Block mergingProjector(Config config, String name, long layersRead, boolean bias) {
        Config text = config.part("text_config");
        long seen = config.part("vision_config").size("hidden_size");
        long side = config.size("spatial_merge_size");
        long hidden = text.size("hidden_size");
        return Sequence.tower(
                Tower.PROJECTOR,
                name,
                Norm.rms("norm", seen, text.number("rms_norm_eps")),
                projection("patch_merger.merging_layer", seen * side * side, seen, false),
                projector("", seen * layersRead, hidden, hidden, bias));
    }

    /// A nested language model with its head and under its own names, by `architectures` or else by its model type.
    static Block wholeModel(Config text, Families families) {
        if (text.texts("architectures").stream().anyMatch(families::knows)) {
            return families.blueprint(text).root();
        }
        String architecture = switch (text.text("model_type")) {
            case "opt" -> "OPTForCausalLM";
            case "t5" -> "T5ForConditionalGeneration";
            case "llama" -> "LlamaForCausalLM";
            default -> text.text("model_type");
        };
        return families.blueprint(text.with("architectures", List.of(architecture)))
                .root();
    }
}

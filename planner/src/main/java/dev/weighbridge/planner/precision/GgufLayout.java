package dev.weighbridge.planner.precision;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Experts;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.model.mixture.MixtureModel;
import dev.weighbridge.model.mixture.MixtureTensor;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.anatomy.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tensors of the GGUF file that llama.cpp's converter writes for a model, before they are quantised.
///
/// Most weights are one tensor. A latent attention's expansion is two, cut by head
/// (`convert_hf_to_gguf.py`, `DeepseekV2Model.modify_tensors`), so that its halves can be absorbed.
final class GgufLayout {
    private final Anatomy anatomy;
    private final DataType plain;
    private final List<MixtureTensor> tensors = new ArrayList<>();
    private final List<@Nullable Weight> sources = new ArrayList<>();
    private final Config text;
    private final String architecture;
    private boolean named = true;

    private GgufLayout(Anatomy anatomy, DataType plain) {
        this.anatomy = anatomy;
        this.plain = plain;
        Config config = anatomy.config();
        this.text = config.partOrEmpty("text_config").orElse(config);
        String type = text.text("model_type", "").replaceFirst("_text$", "");
        this.architecture = type.equals("nemotron-nas") ? "deci" : type;
    }

    /// The layout of a model on its way to a file type: quantised ones are made from 16-bit floats.
    static GgufLayout of(Anatomy anatomy, FileType fileType) {
        GgufLayout layout = new GgufLayout(anatomy, fileType.isQuantized() ? DataType.BF16 : fileType.dataType());
        for (Weight weight : anatomy.weights()) {
            if (!weight.isTied() && !isApart(weight) && !isLeftOut(weight)) {
                layout.add(weight);
            }
        }
        for (Weight buffer : anatomy.buffers()) {
            if (!buffer.name().startsWith("rope_")) {
                layout.add(null, buffer.name(), buffer.shape());
            }
        }
        layout.addFrequencies();
        return layout;
    }

    /// Whether a weight belongs to a tower that GGUF keeps in a file of its own.
    static boolean isApart(Weight weight) {
        return switch (weight.tower()) {
            case VISION, AUDIO, PROJECTOR, DENOISER, CODEC -> true;
            case SAME, TEXT, ENCODER, NEXT_TOKEN -> false;
        };
    }

    /// The heads of encoders, which the converter drops, and trained activations, which it writes as
    /// metadata.
    private static boolean isLeftOut(Weight weight) {
        String name = weight.publishedName();
        boolean head = name.startsWith("cls.") || name.startsWith("pooler.") || name.contains(".pooler.");
        return head || name.contains(".act_fn.");
    }

    List<MixtureTensor> tensors() {
        return tensors;
    }

    /// The weight that a tensor is made of; null for one that the converter adds.
    @Nullable
    Weight source(int tensor) {
        return sources.get(tensor);
    }

    /// Whether GGUF has a name for every weight, so that every rule could be applied.
    boolean isNamed() {
        return named;
    }

    MixtureModel model() {
        List<Layer> layers = anatomy.textLayers();
        int experts = layers.stream()
                .flatMap(layer -> layer.feedForwards().stream())
                .mapToInt(GgufLayout::expertCount)
                .max()
                .orElse(0);
        return new MixtureModel(architecture, layerCount(layers), experts, queriesPerKey(layers));
    }

    /// Query heads for each key head in the first layer. Where only some layers have attention, most
    /// architectures
    /// write
    /// the count layer by layer, and the first has none; Qwen's write one count for all.
    private int queriesPerKey(List<Layer> layers) {
        boolean oneForAll = architecture.startsWith("qwen3");
        return layers.stream()
                .limit(oneForAll ? layers.size() : 1)
                .flatMap(layer -> layer.attentions().stream())
                .map(Attention::heads)
                .mapToInt(heads -> heads.headCount() / Math.max(1, heads.kvHeadCount()))
                .findFirst()
                .orElse(0);
    }

    /// Layers by the configuration, which counts those that mix nothing as well; of an encoder and a
    /// decoder the
    /// encoder's. Layers that predict further tokens count with the others, but for those of DeepSeek V2
    /// and V3 and
    /// their kin, which the converter drops.
    private int layerCount(List<Layer> layers) {
        int stated = text.count("num_hidden_layers", text.count("num_layers", layers.size()));
        return switch (architecture) {
            case "deepseek_v2", "deepseek_v3", "kimi_k2" -> stated;
            default -> {
                int further = text.count("mtp_num_hidden_layers", 0);
                yield stated + text.count("num_nextn_predict_layers", further);
            }
        };
    }

    private static int expertCount(Block block) {
        return block instanceof Experts experts ? experts.expertCount() : 0;
    }

    private void add(Weight weight) {
        named &= isGgufName(weight.name()) || weight.tower() == Tower.NEXT_TOKEN;
        if (weight.name().endsWith("attn_kv_b.weight")) {
            addLatentExpansion(weight);
            return;
        }
        if (weight.name().equals("per_layer_token_embd.weight") && architecture.equals("gemma3n")) {
            // filled up to the whole vocabulary, words for images and sound included
            long words = Math.max(text.size("vocab_size", 0), weight.shape().dimension(0));
            add(weight, weight.name(), Shape.of(words, weight.shape().dimension(1)));
            return;
        }
        if (weight.name().endsWith("ssm_in.weight") && architecture.equals("qwen3_next")) {
            addQueryKeyValueAndGate(weight);
            return;
        }
        for (long copy = 0; copy < weight.copies(); copy++) {
            add(weight, weight.name(), weight.shape());
        }
    }

    /// Qwen3-Next's delta nets have one matrix for query, key, value and gate; the gate is as wide as the value.
    private void addQueryKeyValueAndGate(Weight weight) {
        long gate = text.size("linear_num_value_heads", 0) * text.size("linear_value_head_dim", 0);
        long rows = weight.shape().dimension(0);
        long columns = weight.shape().dimension(1);
        if (gate <= 0 || gate >= rows) {
            add(weight, weight.name(), weight.shape());
            return;
        }
        String block = weight.name().substring(0, weight.name().length() - "ssm_in.weight".length());
        add(weight, block + "attn_qkv.weight", Shape.of(rows - gate, columns));
        add(weight, block + "attn_gate.weight", Shape.of(gate, columns));
    }

    private void addLatentExpansion(Weight weight) {
        Heads heads = anatomy.layers().stream()
                .filter(layer -> layer.number() == weight.layer())
                .flatMap(layer -> layer.attentions().stream())
                .map(Attention::heads)
                .filter(found -> found.latentRank() > 0)
                .findFirst()
                .orElse(null);
        if (heads == null) {
            add(weight, weight.name(), weight.shape());
            return;
        }
        long plainKey = heads.headDim() - heads.latentRotaryDim();
        String stem = weight.name().substring(0, weight.name().length() - "kv_b.weight".length());
        add(weight, stem + "k_b.weight", Shape.of(heads.headCount(), heads.latentRank(), plainKey));
        add(weight, stem + "v_b.weight", Shape.of(heads.headCount(), heads.valueHeadDim(), heads.latentRank()));
    }

    private void add(@Nullable Weight weight, String name, Shape shape) {
        tensors.add(new MixtureTensor(name, shape, unquantizedType(name, shape)));
        sources.add(weight);
    }

    private DataType unquantizedType(String name, Shape shape) {
        boolean small = shape.rank() <= 1
                || name.endsWith("_norm.weight")
                || !name.endsWith(".weight")
                || name.contains("ffn_gate_inp")
                || name.contains("ssm_conv1d")
                || name.contains("shortconv.conv")
                || name.contains("indexer.proj")
                || name.contains("altup_correct_coef")
                || name.contains("altup_predict_coef")
                || name.startsWith("position_embd")
                || name.startsWith("token_types");
        return small ? DataType.F32 : plain;
    }

    /// Factors by which the converter stretches rotary frequencies where the configuration scales them:
    /// one for each
    /// pair
    /// of rotated dimensions (Llama 3), or two sets of them for short and for long contexts (LongRoPE).
    private void addFrequencies() {
        for (Layer layer : anatomy.textLayers()) {
            for (Attention attention : layer.attentions()) {
                Config scaling = attention.rotary().scaling();
                long pairs = attention.rotary().dimensions() / 2;
                switch (scaling.text("rope_type", scaling.text("type", ""))) {
                    case "llama3" -> add(null, "rope_freqs.weight", Shape.of(pairs));
                    case "proportional" ->
                        add(
                                null,
                                "rope_freqs.weight",
                                Shape.of(attention.heads().headDim() / 2));
                    case "longrope", "su" -> {
                        add(null, "rope_factors_long.weight", Shape.of(pairs));
                        add(null, "rope_factors_short.weight", Shape.of(pairs));
                    }
                    default -> {
                        continue;
                    }
                }
                return;
            }
        }
    }

    private static boolean isGgufName(String name) {
        return name.startsWith("blk.")
                || name.startsWith("token_")
                || name.startsWith("output")
                || name.startsWith("per_layer_")
                || name.startsWith("enc.")
                || name.startsWith("dec.")
                || name.startsWith("position_embd");
    }
}

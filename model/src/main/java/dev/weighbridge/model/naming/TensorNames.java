package dev.weighbridge.model.naming;

import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Tower;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads what tensors' names say.
///
/// The tensors of all layers and experts differ in their numbers alone, so a name's words are judged once and
/// remembered by
/// the name without its numbers. One reader is one caller's own.
public final class TensorNames {
    /// The words that give a role away, the telling ones first: the earlier line wins.
    private record Clue(Role role, List<String> words) {}

    private static final List<Clue> BUFFERS = List.of(new Clue(
            Role.BUFFER,
            List.of(
                    "inv_freq",
                    "rope_freqs",
                    "rope_factors_long",
                    "rope_factors_short",
                    "masked_bias",
                    "position_ids",
                    "token_type_ids",
                    "running_mean",
                    "running_var",
                    "num_batches_tracked",
                    "e_score_correction_bias",
                    "exp_probs_b",
                    "expert_bias",
                    "cos_cached",
                    "sin_cached")));
    private static final List<Clue> CLUES = List.of(
            new Clue(
                    Role.ROUTER,
                    List.of(
                            "router",
                            "ffn_gate_inp",
                            "gate.weight",
                            "gate.wg",
                            "gate.bias",
                            "mlp.gate.",
                            "gate.e_score")),
            new Clue(Role.SHARED_EXPERT, List.of("shared_expert", "shared_mlp", "_shexp", "shared_experts")),
            new Clue(Role.EXPERT, List.of("experts", "_exps", "expert.")),
            new Clue(
                    Role.NORM,
                    List.of("norm", "ln_", "layer_norm", "ln1", "ln2", ".ln.", "layernorm", "gamma", "bn1", "bn2")),
            new Clue(
                    Role.HEAD,
                    List.of("lm_head", "output.weight", "output.bias", "embed_out", "classifier", "score.", "cls.")),
            new Clue(
                    Role.POSITION,
                    List.of(
                            "position_embd",
                            "wpe",
                            "embed_positions",
                            "position_embedding",
                            "pos_embed",
                            "relative_attention_bias")),
            new Clue(
                    Role.EMBEDDING,
                    List.of("embed", "wte", "token_embd", "token_types", "shared.weight", "per_layer_token")),
            new Clue(
                    Role.STATE_SPACE,
                    List.of(
                            "ssm_",
                            "mamba",
                            "a_log",
                            "x_proj",
                            "dt_proj",
                            "dt_bias",
                            "mixer.conv1d",
                            "mixer.in_proj",
                            "mixer.d")),
            new Clue(
                    Role.LINEAR_ATTENTION,
                    List.of("linear_attn", "delta", "time_mix", "time_decay", "channel_mix", "rwkv")),
            new Clue(
                    Role.FEED_FORWARD,
                    List.of(
                            "mlp",
                            "ffn",
                            "feed_forward",
                            "fc1",
                            "fc2",
                            "intermediate",
                            "densereludense",
                            "ff.",
                            "output.dense",
                            "w1",
                            "w2",
                            "w3")),
            new Clue(
                    Role.ATTENTION,
                    List.of(
                            "attn",
                            "attention",
                            "q_proj",
                            "k_proj",
                            "v_proj",
                            "o_proj",
                            "query_key_value",
                            "sinks",
                            ".wq",
                            ".wk",
                            ".wv",
                            ".wo")),
            new Clue(Role.CONVOLUTION, List.of("conv")),
            new Clue(Role.PROJECTION, List.of("proj", "lora")));
    private static final List<String> LAYERS =
            List.of("layers", "layer", "blk", "h", "blocks", "block", "v.blk", "resblocks");

    /// What a name without its numbers says.
    ///
    /// @param layerAt which of its numbers is the layer's, -1 for none
    /// @param expertAt which of its numbers is the expert's, -1 for none
    private record Words(Role role, Tower tower, int layerAt, int expertAt) {}

    private final Map<String, Words> known = new HashMap<>();

    /// Reads a name.
    ///
    /// @param name full name in the file
    public TensorName read(String name) {
        StringBuilder pattern = new StringBuilder(name.length());
        List<Integer> numbers = new ArrayList<>(2);
        int start = 0;
        while (start <= name.length()) {
            int dot = name.indexOf('.', start);
            int end = dot < 0 ? name.length() : dot;
            int number = number(name, start, end);
            if (number >= 0) {
                numbers.add(number);
                pattern.append('#');
            } else {
                pattern.append(name, start, end);
            }
            pattern.append('.');
            start = end + 1;
        }
        pattern.setLength(pattern.length() - 1);
        Words words = known.computeIfAbsent(pattern.toString(), TensorNames::wordsOf);
        return new TensorName(
                words.role,
                words.tower,
                words.layerAt < 0 ? -1 : numbers.get(words.layerAt),
                words.expertAt < 0 ? -1 : numbers.get(words.expertAt));
    }

    private static Words wordsOf(String pattern) {
        String lower = pattern.toLowerCase(Locale.ROOT);
        Role role = roleOf(lower, BUFFERS);
        if (role == Role.OTHER) {
            role = roleOf(lower, CLUES);
        }
        String[] segments = lower.split("\\.");
        int layerAt = -1;
        int expertAt = -1;
        int numbers = segments.length > 0 && segments[0].equals("#") ? 1 : 0;
        for (int i = 1; i < segments.length; i++) {
            if (!segments[i].equals("#")) {
                continue;
            }
            if (segments[i - 1].contains("expert")) {
                expertAt = numbers;
            } else if (layerAt < 0 && LAYERS.contains(segments[i - 1])) {
                layerAt = numbers;
            }
            numbers++;
        }
        return new Words(role, towerOf(lower), layerAt, expertAt);
    }

    private static Role roleOf(String lower, List<Clue> clues) {
        for (Clue clue : clues) {
            for (String word : clue.words()) {
                if (lower.contains(word)) {
                    return clue.role();
                }
            }
        }
        return Role.OTHER;
    }

    private static Tower towerOf(String lower) {
        if (lower.contains("projector") || lower.startsWith("mm.") || lower.contains("multi_modal")) {
            return Tower.PROJECTOR;
        }
        if (lower.contains("vision") || lower.contains("visual") || lower.contains("image") || lower.startsWith("v.")) {
            return Tower.VISION;
        }
        if (lower.contains("audio") || lower.startsWith("a.")) {
            return Tower.AUDIO;
        }
        if (lower.contains(".mtp") || lower.startsWith("mtp") || lower.contains("nextn")) {
            return Tower.NEXT_TOKEN;
        }
        return Tower.TEXT;
    }

    /// The number that a segment is, -1 where it is none or too long to be a layer's.
    private static int number(String name, int start, int end) {
        if (start == end || end - start > 6) {
            return -1;
        }
        int number = 0;
        for (int i = start; i < end; i++) {
            char digit = name.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }
}

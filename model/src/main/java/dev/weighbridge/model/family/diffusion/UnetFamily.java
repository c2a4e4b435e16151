package dev.weighbridge.model.family.diffusion;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Embedding;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.Linear;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The U-Net of Stable Diffusion 1 and 2 (arXiv:2112.10752), SDXL (arXiv:2307.01952), and what follows them (Kolors,
/// SSD-1B, LCM): convolutions down and up with connections across, between them transformers that attend to the text.
final class UnetFamily {
    private UnetFamily() {}

    static Family family() {
        return Family.named("unet").architecture(config -> Unet.of(config).denoiser(), "UNet2DConditionModel");
    }

    /// What the stages have in common.
    ///
    /// @param widths channels of each stage, outermost first
    /// @param headCounts heads of each stage; the field is called `attention_head_dim`
    /// @param textWidths width of the text that each stage attends to
    /// @param pairCounts pairs of convolutions of each stage on the way down; one more on the way up
    /// @param onlyCross whether each stage attends to the text alone
    /// @param pairs the convolutions
    private record Unet(
            Config config,
            List<Long> widths,
            List<Long> headCounts,
            List<Long> textWidths,
            List<Long> pairCounts,
            List<Boolean> onlyCross,
            ResidualConvolutions pairs) {
        static Unet of(Config config) {
            List<Long> widths = config.has("block_out_channels")
                    ? config.integers("block_out_channels")
                    : List.of(320L, 640L, 1280L, 1280L);
            if (widths.isEmpty()) {
                throw config.malformed("block_out_channels", "must not be empty");
            }
            int stages = widths.size();
            List<Boolean> onlyCross = config.values().get("only_cross_attention") instanceof List<?> flags
                    ? flags.stream().map(Boolean.TRUE::equals).toList()
                    : Collections.nCopies(stages, config.flag("only_cross_attention"));
            if (onlyCross.size() != stages) {
                throw config.malformed(
                        "only_cross_attention", "describes " + onlyCross.size() + " stages of " + stages);
            }
            var pairs = new ResidualConvolutions(
                    timeWidth(config, widths),
                    config.text("resnet_time_scale_shift", "default").equals("scale_shift"),
                    config.size("norm_num_groups", 32),
                    config.number("norm_eps", 1e-5));
            return new Unet(
                    config,
                    widths,
                    perStage(config, "attention_head_dim", stages, 8),
                    perStage(config, "cross_attention_dim", stages, 1280),
                    perStage(config, "layers_per_block", stages, 2),
                    onlyCross,
                    pairs);
        }

        private static List<Long> perStage(Config config, String field, int stages, long fallback) {
            Config given = config.has(field) ? config : config.with(field, fallback);
            return Arrays.stream(given.sizes(field, stages)).boxed().toList();
        }

        private static long timeWidth(Config config, List<Long> widths) {
            return config.size("time_embedding_dim", 4 * widths.getFirst());
        }

        Block denoiser() {
            int last = widths.size() - 1;
            long outer = widths.getFirst();
            List<String> down = kinds("down_block_types", "Down", last);
            List<String> up = kinds("up_block_types", "Up", last);
            return Diffusers.denoiser(
                    Convolution.plane(
                            "conv_in", config.size("in_channels", 4), outer, config.size("conv_in_kernel", 3), true),
                    Sequence.of("", conditions()),
                    Repeat.of("down_blocks", widths.size(), stage -> down(stage, down.get(stage), stage == last)),
                    middle(),
                    Repeat.of("up_blocks", widths.size(), index -> up(last - index, up.get(index))),
                    pairs.norm("conv_norm_out", outer),
                    Convolution.plane(
                            "conv_out",
                            outer,
                            config.size("out_channels", 4),
                            config.size("conv_out_kernel", 3),
                            true));
        }

        /// The kinds of the stages: with attention (`CrossAttn…`) or without.
        private List<String> kinds(String field, String direction, int last) {
            String plain = direction + "Block2D";
            String attending = "CrossAttn" + plain;
            List<String> kinds = new ArrayList<>(Collections.nCopies(last + 1, attending));
            kinds.set(direction.equals("Down") ? last : 0, plain);
            List<String> given = config.has(field) ? config.texts(field) : kinds;
            if (given.size() != last + 1) {
                throw config.malformed(field, "names " + given.size() + " stages of " + (last + 1));
            }
            for (String kind : given) {
                if (!kind.equals(plain) && !kind.equals(attending)) {
                    throw config.malformed(field, "names " + kind + "; known are " + plain + " and " + attending);
                }
            }
            return given;
        }

        private List<Block> conditions() {
            long time = pairs.conditionWidth();
            long outer = widths.getFirst();
            List<Block> conditions = new ArrayList<>();
            conditions.add(Diffusers.embedder("time_embedding", outer, time));
            if (config.has("time_cond_proj_dim")) {
                conditions.add(Linear.of("time_embedding.cond_proj", config.size("time_cond_proj_dim"), outer)
                        .as(Role.PROJECTION));
            }
            if (config.has("encoder_hid_dim")) {
                if (!config.text("encoder_hid_dim_type", "text_proj").equals("text_proj")) {
                    throw config.malformed("encoder_hid_dim_type", "is known as text_proj only");
                }
                conditions.add(Diffusers.projection(
                        "encoder_hid_proj", config.size("encoder_hid_dim"), textWidths.getFirst()));
            }
            classEmbedding(time, outer, conditions);
            switch (config.text("addition_embed_type", "")) {
                case "" -> {}
                case "text_time" ->
                    conditions.add(Diffusers.embedder(
                            "add_embedding", config.size("projection_class_embeddings_input_dim"), time));
                default -> throw config.malformed("addition_embed_type", "is known as text_time only");
            }
            return conditions;
        }

        private void classEmbedding(long time, long outer, List<Block> conditions) {
            String field = "projection_class_embeddings_input_dim";
            switch (config.text("class_embed_type", "")) {
                case "" -> {
                    if (config.has("num_class_embeds")) {
                        conditions.add(Embedding.of("class_embedding", config.size("num_class_embeds"), time));
                    }
                }
                case "identity" -> {}
                case "timestep" -> conditions.add(Diffusers.embedder("class_embedding", outer, time));
                case "projection" -> conditions.add(Diffusers.embedder("class_embedding", config.size(field), time));
                case "simple_projection" ->
                    conditions.add(Diffusers.projection("class_embedding", config.size(field), time));
                default ->
                    throw config.malformed(
                            "class_embed_type", "must be timestep, identity, projection or simple_projection");
            }
        }

        private Block down(int stage, String kind, boolean last) {
            long in = widths.get(Math.max(0, stage - 1));
            long out = widths.get(stage);
            List<Block> blocks = new ArrayList<>();
            int count = Math.toIntExact(pairCounts.get(stage));
            for (int i = 0; i < count; i++) {
                blocks.add(pairs.pair("resnets." + i, i == 0 ? in : out, out));
                if (kind.startsWith("CrossAttn")) {
                    blocks.add(transformer(stage, "attentions." + i, depth(stage, i), onlyCross.get(stage)));
                }
            }
            if (!last) {
                blocks.add(Convolution.plane("downsamplers.0.conv", out, out, 3, true)
                        .strided(2));
            }
            return Sequence.of("", blocks);
        }

        private Block middle() {
            int stage = widths.size() - 1;
            long width = widths.getLast();
            if (config.values().containsKey("mid_block_type") && !config.has("mid_block_type")) {
                return Sequence.of("mid_block");
            }
            if (!config.text("mid_block_type", "UNetMidBlock2DCrossAttn").equals("UNetMidBlock2DCrossAttn")) {
                throw config.malformed("mid_block_type", "is known as UNetMidBlock2DCrossAttn only");
            }
            return Sequence.of(
                    "mid_block",
                    pairs.pair("resnets.0", width, width),
                    transformer(stage, "attentions.0", depth(stage, 0), false),
                    pairs.pair("resnets.1", width, width));
        }

        /// Each pair reads, beside what comes from below, the output of its counterpart on the way down.
        private Block up(int stage, String kind) {
            int last = widths.size() - 1;
            long below = widths.get(Math.min(last, stage + 1));
            long out = widths.get(stage);
            long across = widths.get(Math.max(0, stage - 1));
            List<Block> blocks = new ArrayList<>();
            int count = Math.toIntExact(pairCounts.get(stage)) + 1;
            for (int i = 0; i < count; i++) {
                long skip = i == count - 1 ? across : out;
                blocks.add(pairs.pair("resnets." + i, (i == 0 ? below : out) + skip, out));
                if (kind.startsWith("CrossAttn")) {
                    blocks.add(transformer(stage, "attentions." + i, depthUp(stage, i), onlyCross.get(stage)));
                }
            }
            if (stage > 0) {
                blocks.add(Convolution.plane("upsamplers.0.conv", out, out, 3, true));
            }
            return Sequence.of("", blocks);
        }

        private int depth(int stage, int index) {
            return depth("transformer_layers_per_block", stage, index);
        }

        /// `reverse_transformer_layers_per_block`, innermost first, where the way up has depths of its own.
        private int depthUp(int stage, int index) {
            return config.has("reverse_transformer_layers_per_block")
                    ? depth("reverse_transformer_layers_per_block", widths.size() - 1 - stage, index)
                    : depth(stage, index);
        }

        /// One depth for all stages, one a stage, or one for each transformer of a stage.
        private int depth(String field, int stage, int index) {
            Config here = config;
            if (config.values().get(field) instanceof List<?> stages) {
                if (stages.size() != widths.size()) {
                    throw config.malformed(field, "describes " + stages.size() + " stages of " + widths.size());
                }
                Object depths = stages.get(stage);
                boolean each = depths instanceof List<?>;
                if (depths instanceof List<?> list && index >= list.size()) {
                    throw config.malformed(field, "describes " + list.size() + " transformers of stage " + stage);
                }
                here = config.with(field, each ? ((List<?>) depths).get(index) : depths);
            }
            return here.count(field, 1);
        }

        private Block transformer(int stage, String name, int depth, boolean onlyText) {
            long width = widths.get(stage);
            boolean linear = config.flag("use_linear_projection");
            Norm norm = Norm.layer("norm", width, 1e-6).by(Norm.Kind.GROUP).grouped(pairs.groups());
            return Sequence.of(
                    name,
                    Residual.of(
                            norm,
                            projection("proj_in", width, linear),
                            Repeat.of("transformer_blocks", depth, layer(stage, onlyText)),
                            projection("proj_out", width, linear)));
        }

        private static Block projection(String name, long width, boolean linear) {
            return linear
                    ? Diffusers.projection(name, width, width)
                    : Convolution.plane(name, width, width, 1, true).as(Role.PROJECTION);
        }

        private Block layer(int stage, boolean onlyText) {
            long width = widths.get(stage);
            long text = textWidths.get(stage);
            int headCount = Math.toIntExact(headCounts.get(stage));
            if (headCount == 0) {
                throw config.malformed("attention_head_dim", "must not be 0");
            }
            Heads heads = Heads.of(headCount, headCount, width / headCount);
            var self = Diffusers.attention("attn1", width, heads, false);
            var cross = Diffusers.attention("attn2", width, heads, false)
                    .span(Span.cross())
                    .reading(text);
            return Sequence.of(
                    "",
                    Residual.of(
                            Norm.layer("norm1", width, 1e-5),
                            (onlyText ? self.span(Span.cross()).reading(text) : self).build()),
                    Residual.of(Norm.layer("norm2", width, 1e-5), cross.build()),
                    Residual.of(
                            Norm.layer("norm3", width, 1e-5),
                            Diffusers.gatedFeedForward("ff", width, 4 * width, "gelu")));
        }
    }
}

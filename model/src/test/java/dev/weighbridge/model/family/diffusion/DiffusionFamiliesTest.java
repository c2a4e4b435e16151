package dev.weighbridge.model.family.diffusion;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.ParameterCount;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.family.Families;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiffusionFamiliesTest {
    private static final Families FAMILIES = Families.of(DiffusionFamilies.all());

    /// A component as its publisher describes it, and the parameters of the class that diffusers at 58eb52c builds from
    /// that.
    record Published(String component, long parameters, Map<String, Object> config) {
        @Override
        public String toString() {
            return component;
        }
    }

    @ParameterizedTest
    @MethodSource("published")
    void countsWhatDiffusersBuilds(Published model) {
        assertThat(ParameterCount.of(FAMILIES.blueprint(Config.of(model.config())))
                        .total())
                .isEqualTo(model.parameters());
    }

    static Stream<Published> published() {
        return Stream.of(
                new Published(
                        "black-forest-labs/FLUX.1-dev transformer",
                        11_901_408_320L,
                        Map.ofEntries(entry("_class_name", "FluxTransformer2DModel"), entry("guidance_embeds", true))),
                new Published(
                        "stabilityai/stable-diffusion-3-medium transformer",
                        2_028_328_000L,
                        Map.ofEntries(
                                entry("_class_name", "SD3Transformer2DModel"),
                                entry("num_layers", 24L),
                                entry("num_attention_heads", 24L),
                                entry("attention_head_dim", 64L),
                                entry("caption_projection_dim", 1536L),
                                entry("pos_embed_max_size", 192L))),
                new Published(
                        "stabilityai/stable-diffusion-3.5-medium transformer",
                        2_243_171_520L,
                        Map.ofEntries(
                                entry("_class_name", "SD3Transformer2DModel"),
                                entry("num_layers", 24L),
                                entry("num_attention_heads", 24L),
                                entry("caption_projection_dim", 1536L),
                                entry("pos_embed_max_size", 384L),
                                entry("qk_norm", "rms_norm"),
                                entry(
                                        "dual_attention_layers",
                                        List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L)))),
                new Published(
                        "stable-diffusion-v1-5 unet",
                        859_520_964L,
                        Map.ofEntries(
                                entry("_class_name", "UNet2DConditionModel"),
                                entry("sample_size", 64L),
                                entry("cross_attention_dim", 768L),
                                entry("attention_head_dim", 8L))),
                new Published(
                        "stabilityai/stable-diffusion-xl-base-1.0 unet",
                        2_567_463_684L,
                        Map.ofEntries(
                                entry("_class_name", "UNet2DConditionModel"),
                                entry("sample_size", 128L),
                                entry("block_out_channels", List.of(320L, 640L, 1280L)),
                                entry(
                                        "down_block_types",
                                        List.of("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D")),
                                entry(
                                        "up_block_types",
                                        List.of("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D")),
                                entry("layers_per_block", 2L),
                                entry("cross_attention_dim", 2048L),
                                entry("transformer_layers_per_block", List.of(1L, 2L, 10L)),
                                entry("attention_head_dim", List.of(5L, 10L, 20L)),
                                entry("use_linear_projection", true),
                                entry("addition_embed_type", "text_time"),
                                entry("addition_time_embed_dim", 256L),
                                entry("projection_class_embeddings_input_dim", 2816L))),
                new Published(
                        "stabilityai/stable-diffusion-xl-refiner-1.0 unet",
                        2_259_526_660L,
                        Map.ofEntries(
                                entry("_class_name", "UNet2DConditionModel"),
                                entry("sample_size", 128L),
                                entry("block_out_channels", List.of(384L, 768L, 1536L, 1536L)),
                                entry(
                                        "down_block_types",
                                        List.of(
                                                "DownBlock2D",
                                                "CrossAttnDownBlock2D",
                                                "CrossAttnDownBlock2D",
                                                "DownBlock2D")),
                                entry(
                                        "up_block_types",
                                        List.of("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D")),
                                entry("cross_attention_dim", 1280L),
                                entry("transformer_layers_per_block", 4L),
                                entry("attention_head_dim", List.of(6L, 12L, 24L, 24L)),
                                entry("use_linear_projection", true),
                                entry("addition_embed_type", "text_time"),
                                entry("addition_time_embed_dim", 256L),
                                entry("projection_class_embeddings_input_dim", 2560L))),
                new Published(
                        "stable-diffusion-v1-5 vae",
                        83_653_863L,
                        Map.ofEntries(
                                entry("_class_name", "AutoencoderKL"),
                                entry("block_out_channels", List.of(128L, 256L, 512L, 512L)),
                                entry(
                                        "down_block_types",
                                        List.of(
                                                "DownEncoderBlock2D",
                                                "DownEncoderBlock2D",
                                                "DownEncoderBlock2D",
                                                "DownEncoderBlock2D")),
                                entry(
                                        "up_block_types",
                                        List.of(
                                                "UpDecoderBlock2D",
                                                "UpDecoderBlock2D",
                                                "UpDecoderBlock2D",
                                                "UpDecoderBlock2D")),
                                entry("layers_per_block", 2L),
                                entry("latent_channels", 4L),
                                entry("sample_size", 512L))),
                new Published(
                        "Qwen/Qwen-Image transformer",
                        20_430_401_088L,
                        Map.ofEntries(entry("_class_name", "QwenImageTransformer2DModel"))),
                new Published(
                        "Wan-AI/Wan2.1-T2V-1.3B transformer",
                        1_418_996_800L,
                        Map.ofEntries(
                                entry("_class_name", "WanTransformer3DModel"),
                                entry("num_attention_heads", 12L),
                                entry("ffn_dim", 8960L),
                                entry("num_layers", 30L))),
                new Published(
                        "Wan-AI/Wan2.1-I2V-14B transformer",
                        16_394_878_784L,
                        Map.ofEntries(
                                entry("_class_name", "WanTransformer3DModel"),
                                entry("in_channels", 36L),
                                entry("added_kv_proj_dim", 5120L),
                                entry("image_dim", 1280L))),
                new Published(
                        "Lightricks/LTX-Video transformer",
                        1_923_385_472L,
                        Map.ofEntries(entry("_class_name", "LTXVideoTransformer3DModel"))),
                new Published(
                        "hunyuanvideo-community/HunyuanVideo transformer",
                        12_821_012_544L,
                        Map.ofEntries(
                                entry("_class_name", "HunyuanVideoTransformer3DModel"),
                                entry("guidance_embeds", true))),
                new Published(
                        "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS transformer",
                        605_301_152L,
                        Map.ofEntries(entry("_class_name", "PixArtTransformer2DModel"), entry("sample_size", 128L))),
                new Published(
                        "PixArt-alpha/PixArt-XL-2-512x512 transformer",
                        604_808_096L,
                        Map.ofEntries(entry("_class_name", "PixArtTransformer2DModel"), entry("sample_size", 64L))),
                new Published(
                        "black-forest-labs/FLUX.2-dev transformer",
                        32_223_281_152L,
                        Map.ofEntries(entry("_class_name", "Flux2Transformer2DModel"))),
                new Published(
                        "THUDM/CogVideoX-2b transformer",
                        1_693_783_872L,
                        Map.ofEntries(entry("_class_name", "CogVideoXTransformer3DModel"))),
                new Published(
                        "THUDM/CogVideoX-5b transformer",
                        5_570_283_072L,
                        Map.ofEntries(
                                entry("_class_name", "CogVideoXTransformer3DModel"),
                                entry("num_attention_heads", 48L),
                                entry("num_layers", 42L),
                                entry("use_rotary_positional_embeddings", true))),
                new Published(
                        "Tongyi-MAI/Z-Image-Turbo transformer",
                        6_154_908_736L,
                        Map.ofEntries(entry("_class_name", "ZImageTransformer2DModel"))));
    }

    @Test
    void endsTheTextStreamOfStableDiffusion3InItsLastLayer() {
        Blueprint blueprint =
                FAMILIES.blueprint(Config.of(Map.of("_class_name", "SD3Transformer2DModel", "num_layers", 2L)));

        assertThat(blueprint.parameters())
                .extracting(PlacedParameter::name)
                .contains("transformer_blocks.0.attn.to_add_out.weight")
                .doesNotContain("transformer_blocks.1.attn.to_add_out.weight");
    }

    @Test
    void refusesAStageOfAUnetThatItDoesNotKnow() {
        Config config = Config.of(Map.of(
                "_class_name",
                "UNet2DConditionModel",
                "block_out_channels",
                List.of(32L),
                "down_block_types",
                List.of("SkipDownBlock2D")));

        assertThatThrownBy(() -> FAMILIES.blueprint(config))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("down_block_types")
                .hasMessageContaining("SkipDownBlock2D");
    }
}

package dev.weighbridge.model.family.detection;

import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Norm;
import dev.weighbridge.model.block.Parallel;
import dev.weighbridge.model.block.Repeat;
import dev.weighbridge.model.block.Residual;
import dev.weighbridge.model.block.Sequence;
import dev.weighbridge.model.block.Table;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.component.NormedConvolution;
import java.util.List;
import java.util.stream.IntStream;

/// The image model that a detector reads, and the channels of its four stages.
///
/// @param block the model, without a name
/// @param channels of each stage's map
/// @param timm whether it is one of timm's models
record DetectionBackbone(Block block, List<Long> channels, boolean timm) {
    private static final long STEM = 64;
    private static final List<Integer> MEDIUM = List.of(3, 4, 6, 3);

    /// What `backbone_config` describes, or the timm model that `backbone` names; its batch norms are frozen.
    static DetectionBackbone frozen(Config config, Families families) {
        DetectionBackbone free = of(config, families);
        return new DetectionBackbone(freeze(free.block), free.channels, free.timm);
    }

    private static DetectionBackbone of(Config config, Families families) {
        Config part = config.partOrEmpty("backbone_config");
        if (part.text("model_type", "timm_backbone").equals("timm_backbone")) {
            return timm(
                    part.text("backbone", config.text("backbone", "resnet50")),
                    part.size("num_channels", config.size("num_channels", 3)));
        }
        return new DetectionBackbone(families.backbone(part), part.integers("hidden_sizes"), false);
    }

    /// timm's ResNets: `conv1`, `bn1`, `layer1` to `layer4`.
    private static DetectionBackbone timm(String name, long in) {
        boolean basic = name.startsWith("resnet18") || name.startsWith("resnet34");
        List<Integer> depths = switch (name.replaceFirst("\\..*", "")) {
            case "resnet18" -> List.of(2, 2, 2, 2);
            case "resnet34", "resnet50" -> MEDIUM;
            case "resnet101" -> List.of(3, 4, 23, 3);
            case "resnet152" -> List.of(3, 8, 36, 3);
            default ->
                throw new UnsupportedException(
                        "no family knows the timm model " + name + " as a backbone",
                        "give the model's files instead of its config alone: tensors can always be counted");
        };
        List<Long> widths = IntStream.range(0, 4)
                .mapToObj(stage -> (basic ? STEM : 4 * STEM) << stage)
                .toList();
        List<Block> stages = IntStream.range(0, 4)
                .<Block>mapToObj(stage -> {
                    long entering = stage == 0 ? STEM : widths.get(stage - 1);
                    long out = widths.get(stage);
                    long stride = stage == 0 ? 1 : 2;
                    Block equal = residual(basic, out, out, 1);
                    return Repeat.of(
                            "layer" + (stage + 1),
                            depths.get(stage),
                            index -> index == 0 ? residual(basic, entering, out, stride) : equal);
                })
                .toList();
        Block stem = NormedConvolution.of(in, STEM, 7).strided(2).named("", "conv1", "bn1");
        return new DetectionBackbone(Sequence.tower(Tower.VISION, "", stem, Sequence.of("", stages)), widths, true);
    }

    private static Block residual(boolean basic, long in, long out, long stride) {
        Block branch = basic
                ? Sequence.of(
                        "",
                        NormedConvolution.of(in, out, 3).strided(stride).named("", "conv1", "bn1"),
                        NormedConvolution.of(out, out, 3).named("", "conv2", "bn2"))
                : Sequence.of(
                        "",
                        NormedConvolution.of(in, out / 4, 1).named("", "conv1", "bn1"),
                        NormedConvolution.of(out / 4, out / 4, 3)
                                .strided(stride)
                                .named("", "conv2", "bn2"),
                        NormedConvolution.of(out / 4, out, 1).named("", "conv3", "bn3"));
        return in == out && stride == 1
                ? Residual.of(branch)
                : Parallel.of(NormedConvolution.of(in, out, 1).strided(stride).named("downsample", "0", "1"), branch);
    }

    /// The same with the scale and shift of every batch norm kept as buffers beside its statistics.
    private static Block freeze(Block block) {
        return switch (block) {
            case Norm norm
            when norm.kind() == Norm.Kind.BATCH ->
                Sequence.of(
                        norm.name(),
                        List.of("weight", "bias", "running_mean", "running_var").stream()
                                .map(name -> Table.buffer(name, norm.width()))
                                .toList());
            case Sequence sequence -> new Sequence(sequence.name(), sequence.tower(), freeze(sequence.children()));
            case Parallel parallel -> new Parallel(parallel.name(), freeze(parallel.children()));
            case Residual residual ->
                new Residual(
                        freeze(residual.children()),
                        residual.normAfter(),
                        residual.skip(),
                        residual.scale(),
                        residual.streams());
            case Repeat repeat ->
                new Repeat(repeat.name(), repeat.first(), freeze(repeat.variants()), repeat.layout(), repeat.passes());
            default -> block;
        };
    }

    private static List<Block> freeze(List<Block> blocks) {
        return blocks.stream().map(DetectionBackbone::freeze).toList();
    }
}

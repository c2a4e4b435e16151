package dev.weighbridge.cli.fit;

import dev.weighbridge.model.unit.ByteSize;
import dev.weighbridge.model.unit.Count;
import dev.weighbridge.planner.fit.Allocation.Shortage;
import dev.weighbridge.planner.fit.Remedy;
import dev.weighbridge.planner.fit.Verdict;
import dev.weighbridge.planner.memory.Placement.Split;
import java.util.Locale;

/// Verdicts and remedies in words.
final class Sentences {
    private Sentences() {}

    /// The verdict in a few words, for a cell of a table.
    static String brief(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Fits(int needed, int count) when count == 1 -> "yes";
            case Verdict.Fits(int needed, int count) ->
                needed == count ? "yes, on " + count : "yes, on " + needed + " of " + count;
            case Verdict.FitsOnProcessor() -> "on the CPU";
            case Verdict.FitsPartly(int layers, int all, int experts)
            when experts > 0 ->
                "experts of " + experts + " on CPU" + (layers < all ? ", " + layers + "/" + all + " layers" : "");
            case Verdict.FitsPartly(int layers, int all, int experts) -> layers + " of " + all + " layers";
            case Verdict.DoesNotFit _ -> "no";
            case Verdict.Unsupported _ -> "not possible";
        };
    }

    /// What a verdict says in one sentence part.
    static String full(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Fits(int needed, int count) when count == 1 -> "fits on one device";
            case Verdict.Fits(int needed, int count) ->
                needed == count
                        ? "fits on " + count + " devices, not on fewer"
                        : "fits on " + count + " devices; " + needed + " would do";
            case Verdict.FitsOnProcessor() -> "fits in main memory and runs on the processor";
            case Verdict.FitsPartly(int layers, int all, int experts) ->
                "fits with " + (experts > 0 ? "the experts of " + experts + " layers" : "")
                        + (experts > 0 && layers < all ? " and " : "")
                        + (layers < all ? (all - layers) + " of " + all + " layers" : "") + " in main memory";
            case Verdict.DoesNotFit(Shortage shortage) -> "does not fit: " + shortage(shortage);
            case Verdict.Unsupported(String reason) -> reason;
        };
    }

    private static String shortage(Shortage shortage) {
        return switch (shortage) {
            case Shortage.Memory(var use) ->
                "needs " + new ByteSize(use.neededBytes()) + " of " + use.name() + ", of which "
                        + new ByteSize(use.usableBytes()) + " may be taken";
            case Shortage.Pool(var pool, int sequences, long context) ->
                "the cache has room for " + new Count(pool.tokens()) + " tokens: "
                        + String.format(Locale.ROOT, "%.1f", pool.sequences()) + " of " + sequences
                        + (sequences == 1 ? " sequence of " : " sequences of ") + new Count(context);
        };
    }

    /// What would help, to follow "would fit".
    static String remedy(Remedy remedy) {
        return switch (remedy) {
            case Remedy.SmallerContext(long tokens) -> "with a context of " + new Count(tokens);
            case Remedy.CacheOf(var type) -> "with a cache of " + type.name().toLowerCase(Locale.ROOT);
            case Remedy.OtherPrecision(String name) -> "at " + name;
            case Remedy.MoreDevices(var device, int count, Split split) ->
                "on " + count + " × " + device.name() + (split instanceof Split.Parallel ? ", " + split(split) : "");
            case Remedy.OffloadLayers(int layers, int all, long hostBytes) ->
                "with " + layers + " of " + all + " layers there and " + new ByteSize(hostBytes) + " in main memory";
            case Remedy.ExpertsOnHost(int layers, long hostBytes) ->
                "with the experts of " + layers + " layers, " + new ByteSize(hostBytes) + ", in main memory";
            case Remedy.OtherDevice(var device) -> "on one " + device.name();
            case Remedy.OtherTraining(String how) -> "with " + how;
        };
    }

    /// How devices share a model.
    static String split(Split split) {
        return switch (split) {
            case Split.Layers _ -> "whole layers to each";
            case Split.Parallel(int tensor, int pipeline, boolean isExpertParallel) ->
                (tensor > 1 ? "tensor parallel " + tensor : "")
                        + (tensor > 1 && pipeline > 1 ? ", " : "")
                        + (pipeline > 1 ? "pipeline parallel " + pipeline : "")
                        + (isExpertParallel ? ", whole experts to each" : "");
        };
    }
}

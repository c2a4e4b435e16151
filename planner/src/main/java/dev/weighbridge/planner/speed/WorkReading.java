package dev.weighbridge.planner.speed;

import dev.weighbridge.model.block.Attention;
import dev.weighbridge.model.block.Block;
import dev.weighbridge.model.block.Convolution;
import dev.weighbridge.model.block.Heads;
import dev.weighbridge.model.block.LinearAttention;
import dev.weighbridge.model.block.Role;
import dev.weighbridge.model.block.Span;
import dev.weighbridge.model.block.StateSpace;
import dev.weighbridge.model.block.Tower;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.anatomy.Layer;
import dev.weighbridge.planner.anatomy.Weight;
import dev.weighbridge.planner.precision.Precision.StoredWeights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The readings that give [Work]: of a model's anatomy at a precision, or of bare figures where no more is known.
public final class WorkReading {
    /// State of recurrences is kept in 32-bit floats.
    private static final int STATE_BYTES = 4;

    private WorkReading() {}

    /// The work of a model whose weights are stored so.
    public static Work of(Anatomy model, StoredWeights stored) {
        Predicate<Weight> decodes = model.weights().stream()
                        .anyMatch(weight -> isDecoder(weight.tower()) && weight.role() != Role.EMBEDDING)
                ? weight -> isDecoder(weight.tower())
                : weight -> weight.tower() == Tower.ENCODER;
        double denseBytes = 0;
        double denseParameters = 0;
        double lookupBytes = 0;
        double lookupParameters = 0;
        boolean hasHead = false;
        boolean isHeadTied = false;
        Map<List<Integer>, List<Weight>> experts = new LinkedHashMap<>();
        for (Weight weight : model.weights()) {
            if (!decodes.test(weight)) {
                continue;
            }
            if (weight.expertCount() > 0 && weight.activeExpertCount() > 0) {
                experts.computeIfAbsent(
                                List.of(weight.expertCount(), weight.activeExpertCount()), _ -> new ArrayList<>())
                        .add(weight);
            } else if (weight.role() == Role.EMBEDDING || weight.role() == Role.POSITION) {
                if (weight.layer() < 0 && weight.elements() > lookupParameters) {
                    lookupBytes = stored.bytes(weight);
                    lookupParameters = weight.elements();
                }
            } else if (weight.role() == Role.HEAD && weight.isTied()) {
                hasHead = true;
                isHeadTied = stored.bytes(weight) == 0;
                denseBytes += stored.bytes(weight);
                denseParameters += weight.elements();
            } else if (!weight.isTied()) {
                hasHead |= weight.role() == Role.HEAD;
                denseBytes += stored.bytes(weight);
                denseParameters += weight.elements();
            }
        }
        if (isHeadTied) {
            denseBytes += headBytes(model, lookupBytes, lookupParameters);
        } else if (!hasHead) {
            denseBytes += lookupBytes;
            denseParameters += lookupParameters;
        }
        List<Work.Mixture> mixtures = new ArrayList<>();
        experts.forEach((key, weights) -> mixtures.add(mixture(key.get(0), key.get(1), weights, stored)));
        return new Work(
                model.name(),
                commonType(model, decodes, stored),
                stored.total(),
                denseBytes,
                denseParameters,
                mixtures,
                caches(model.textLayers()),
                state(model.textLayers()),
                Math.max(1, passes(model.textLayers())),
                recurrent(model.textLayers()),
                tensors(model, decodes),
                model.hiddenSize().orElse(0),
                model.vocabularySize().orElse(0));
    }

    /// A tied head reads the rows of the token table.
    private static double headBytes(Anatomy model, double lookupBytes, double lookupParameters) {
        double head =
                (double) model.hiddenSize().orElse(0) * model.vocabularySize().orElse(0);
        boolean isToken = head <= 0 || lookupParameters <= 0 || head >= lookupParameters;
        return isToken ? lookupBytes : lookupBytes * head / lookupParameters;
    }

    private static boolean isDecoder(Tower tower) {
        return tower == Tower.TEXT || tower == Tower.SAME;
    }

    private static Work.Mixture mixture(int count, int active, List<Weight> weights, StoredWeights stored) {
        double bytes = 0;
        double parameters = 0;
        TreeSet<Integer> layers = new TreeSet<>();
        for (Weight weight : weights) {
            bytes += stored.bytes(weight);
            parameters += weight.elements();
            layers.add(weight.layer());
        }
        return new Work.Mixture(count, active, bytes, parameters, layers.size());
    }

    private static int passes(List<Layer> layers) {
        return layers.stream().mapToInt(Layer::passes).sum();
    }

    private static String commonType(Anatomy model, Predicate<Weight> decodes, StoredWeights stored) {
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (Weight weight : model.weights()) {
            if (decodes.test(weight) && weight.role() != Role.EMBEDDING) {
                bytes.merge(stored.type(weight), stored.bytes(weight), Long::sum);
            }
        }
        return bytes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static int recurrent(List<Layer> layers) {
        return layers.stream()
                .filter(layer -> layer.attentions().isEmpty() && !layer.mixers().isEmpty())
                .mapToInt(Layer::passes)
                .sum();
    }

    private static int tensors(Anatomy model, Predicate<Weight> decodes) {
        return (int) model.weights().stream()
                .filter(decodes)
                .filter(weight -> weight.layer() >= 0 && !weight.name().endsWith(".bias"))
                .count();
    }

    private static List<Work.Cache> caches(List<Layer> layers) {
        Map<Work.Cache, Integer> counts = new LinkedHashMap<>();
        for (Layer layer : layers) {
            for (Attention attention : layer.attentions()) {
                if (attention.span().kind() != Span.Kind.CROSS) {
                    counts.merge(cache(attention), layer.passes(), Integer::sum);
                }
            }
        }
        List<Work.Cache> caches = new ArrayList<>();
        counts.forEach((cache, count) -> caches.add(new Work.Cache(
                count,
                cache.elements(),
                cache.limit(),
                cache.stride(),
                cache.scoreFlops(),
                cache.prefillFlops(),
                cache.isLatent())));
        return caches;
    }

    /// One layer's cache. A latent is scored as it is in decode, by every head over its whole width, and expanded in
    /// prefill (arXiv:2405.04434, §2.1).
    private static Work.Cache cache(Attention attention) {
        Heads heads = attention.heads();
        Span span = attention.span();
        boolean isLatent = heads.latentRank() > 0;
        double elements =
                isLatent ? heads.latentRank() + heads.latentRotaryDim() : heads.keyWidth() + heads.valueWidth();
        double prefill = 2.0 * heads.headCount() * (heads.headDim() + heads.valueHeadDim());
        double decode =
                isLatent ? 2.0 * heads.headCount() * (2 * heads.latentRank() + heads.latentRotaryDim()) : prefill;
        long limit = switch (span.kind()) {
            case CAUSAL, BIDIRECTIONAL, CROSS -> 0;
            case WINDOW, BIDIRECTIONAL_WINDOW, CHUNK, BIDIRECTIONAL_CHUNK, SELECTED -> span.size();
        };
        return new Work.Cache(1, elements, limit, span.stride(), decode, prefill, isLatent);
    }

    private static double state(List<Layer> layers) {
        double bytes = 0;
        for (Layer layer : layers) {
            for (Block mixer : layer.mixers()) {
                bytes += STATE_BYTES * layer.passes() * stateElements(mixer);
            }
        }
        return bytes;
    }

    private static double stateElements(Block mixer) {
        return switch (mixer) {
            case StateSpace space ->
                (double) space.innerSize() * space.stateSize()
                        + (space.kernel() - 1)
                                * (double) (space.innerSize() + 2L * space.groupCount() * space.stateSize());
            case LinearAttention linear ->
                (linear.kind() == LinearAttention.Kind.SHORT_CONVOLUTION
                                ? 0
                                : (double) linear.valueHeadCount() * linear.keyHeadDim() * linear.valueHeadDim())
                        + Math.max(0, linear.kernel() - 1)
                                * (2.0 * linear.keyHeadCount() * linear.keyHeadDim()
                                        + (double) linear.valueHeadCount() * linear.valueHeadDim());
            case Convolution convolution ->
                (double) convolution.in() * (convolution.kernel().getFirst() - 1);
            default -> 0;
        };
    }

    /// The work of a model of which no more is known than people say of it. Layers and widths are those usual for its
    /// size: `12 · layers · hidden²` parameters with `hidden = 128 · layers`, and eight key and value heads of 128.
    ///
    /// @param weightType name of the type of most weights; empty where it is not known
    /// @param parameters of all
    /// @param activeParameters that a token meets; equal to `parameters` for a dense model
    /// @param bitsPerWeight on the average
    /// @throws IllegalArgumentException if a figure is not positive or more parameters are active than there are
    public static Work ofFigures(
            String name, String weightType, double parameters, double activeParameters, double bitsPerWeight) {
        if (!(parameters > 0)
                || !(activeParameters > 0)
                || !(bitsPerWeight > 0)
                || activeParameters > 1.001 * parameters) {
            throw new IllegalArgumentException(
                    name + ": parameters, active parameters and bits must be positive, and no"
                            + " more parameters active than there are");
        }
        double likeDense = Math.sqrt(parameters * activeParameters);
        int layers = (int) Math.max(6, Math.round(Math.cbrt(likeDense / (12.0 * 128 * 128))));
        double bytes = bitsPerWeight / 8;
        List<Work.Mixture> experts = List.of();
        double dense = activeParameters;
        if (activeParameters < 0.98 * parameters) {
            // Attention, shared experts and head take about two fifths of the active parameters of current mixtures.
            dense = 0.4 * activeParameters;
            double routed = parameters - dense;
            int active = Math.clamp(Math.round(128 * (activeParameters - dense) / routed), 1, 127);
            experts = List.of(new Work.Mixture(128, active, routed * bytes, routed, layers));
        }
        return new Work(
                name,
                weightType,
                parameters * bytes,
                dense * bytes,
                dense,
                experts,
                List.of(new Work.Cache(layers, 2048, 0, 0, 4.0 * 128 * layers, 4.0 * 128 * layers, false)),
                0,
                layers,
                0,
                layers * (experts.isEmpty() ? 9 : 14),
                128.0 * layers,
                0);
    }
}

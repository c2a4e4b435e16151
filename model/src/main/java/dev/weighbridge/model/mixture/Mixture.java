package dev.weighbridge.model.mixture;

import static dev.weighbridge.model.tensor.DataType.F16;
import static dev.weighbridge.model.tensor.DataType.IQ2_S;
import static dev.weighbridge.model.tensor.DataType.IQ2_XXS;
import static dev.weighbridge.model.tensor.DataType.IQ3_S;
import static dev.weighbridge.model.tensor.DataType.IQ3_XXS;
import static dev.weighbridge.model.tensor.DataType.IQ4_NL;
import static dev.weighbridge.model.tensor.DataType.MXFP4;
import static dev.weighbridge.model.tensor.DataType.Q2_K;
import static dev.weighbridge.model.tensor.DataType.Q3_K;
import static dev.weighbridge.model.tensor.DataType.Q4_0;
import static dev.weighbridge.model.tensor.DataType.Q4_1;
import static dev.weighbridge.model.tensor.DataType.Q4_K;
import static dev.weighbridge.model.tensor.DataType.Q5_0;
import static dev.weighbridge.model.tensor.DataType.Q5_1;
import static dev.weighbridge.model.tensor.DataType.Q5_K;
import static dev.weighbridge.model.tensor.DataType.Q6_K;
import static dev.weighbridge.model.tensor.DataType.Q8_0;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The mixture of one model at one file type.
///
/// Three things decide a tensor's type: what it is for ([TensorKind]), how far into the model it lies, and whether its
/// rows fill whole blocks. Layers are counted by the tensors met so far, in the order of the file: by layer, then by
/// name. Matrices that hurt most when coarse (values, the second half of the feed-forward, the output) get more bits,
/// and
/// those of the first and last eighth of the layers more than those between. With two or more experts the layer is read
/// off the name instead.
public final class Mixture {
    private final FileType fileType;
    private final MixtureModel model;
    private final boolean importanceMatrix;
    private final boolean tied;
    private final int valueCount;
    private int valuesSeen;
    private int downsSeen;
    private int gatesSeen;
    private int upsSeen;

    private Mixture(FileType fileType, MixtureModel model, boolean importanceMatrix, boolean tied, int valueCount) {
        this.fileType = fileType;
        this.model = model;
        this.importanceMatrix = importanceMatrix;
        this.tied = tied;
        this.valueCount = valueCount;
    }

    /// The type of every tensor, in the order given.
    ///
    /// @param importanceMatrix whether one is at hand, which moves a few types
    /// @throws UnsupportedException if rows fill no whole blocks and llama.cpp knows no type in place of theirs
    public static List<DataType> types(
            FileType fileType, MixtureModel model, List<MixtureTensor> tensors, boolean importanceMatrix) {
        boolean tied = true;
        int values = 0;
        TensorKind[] kinds = new TensorKind[tensors.size()];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = TensorKind.of(tensors.get(i).name());
            tied &= kinds[i] != TensorKind.OUTPUT;
            values += kinds[i].makesValues() ? 1 : 0;
        }
        Mixture mixture = new Mixture(fileType, model, importanceMatrix, tied, values);
        DataType[] types = new DataType[kinds.length];
        for (int i : fileOrder(tensors)) {
            types[i] = mixture.type(tensors.get(i), kinds[i]);
        }
        return Arrays.asList(types);
    }

    private static List<Integer> fileOrder(List<MixtureTensor> tensors) {
        record Place(int index, int layer, String name) {}
        List<Place> places = new ArrayList<>(tensors.size());
        for (int i = 0; i < tensors.size(); i++) {
            places.add(new Place(i, tensors.get(i).layer(), tensors.get(i).name()));
        }
        places.sort(Comparator.comparingInt(Place::layer).thenComparing(Place::name));
        return places.stream().map(Place::index).toList();
    }

    private DataType type(MixtureTensor tensor, TensorKind kind) {
        if (Unquantized.contains(tensor)) {
            return tensor.type();
        }
        if (!fileType.isQuantized()) {
            return fileType.dataType();
        }
        return fitting(wanted(tensor, kind), tensor);
    }

    /// The type, or one of smaller blocks where rows do not fill whole blocks of it.
    private static DataType fitting(DataType type, MixtureTensor tensor) {
        if (tensor.rowElements() % type.blockElements() == 0) {
            return type;
        }
        DataType smaller = switch (type) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> IQ4_NL;
            case Q2_0, Q2_K, Q3_K, TQ1_0, TQ2_0 -> Q4_0;
            case Q4_K -> Q5_0;
            case Q5_K -> Q5_1;
            case Q6_K -> Q8_0;
            default -> type;
        };
        if (smaller == type && type.blockElements() > 32) {
            throw new UnsupportedException(tensor.name() + ": rows of " + tensor.rowElements()
                    + " do not fill blocks of " + type.blockElements() + ", and " + type + " has no smaller kin");
        }
        return tensor.rowElements() % smaller.blockElements() == 0 ? smaller : F16;
    }

    private DataType wanted(MixtureTensor tensor, TensorKind kind) {
        DataType usual = fileType.dataType();
        if (kind == TensorKind.OUTPUT || (tied && kind == TensorKind.TOKEN_EMBEDDING)) {
            return output(tensor);
        }
        if (fileType == FileType.MXFP4_MOE) {
            return mixtureOfExpertsOnly(tensor, kind);
        }
        if (kind == TensorKind.TOKEN_EMBEDDING) {
            return tokenEmbedding();
        }
        return switch (fileType) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M -> twoBits(kind);
            default ->
                switch (kind) {
                    case VALUE, QUERY_KEY_VALUE, KEY_VALUE_EXPANSION -> value();
                    case KEY -> model.expertCount() == 8 ? Q8_0 : query();
                    case QUERY -> query();
                    case DOWN -> down(tensor);
                    case ATTENTION_OUTPUT -> attentionOutput();
                    case GATE -> gateOrUp(tensor, gatesSeen++);
                    case UP -> gateOrUp(tensor, upsSeen++);
                    case TOKEN_EMBEDDING, OUTPUT, OTHER -> usual;
                };
        };
    }

    private DataType output(MixtureTensor tensor) {
        DataType usual = fileType.dataType();
        if (fileType == FileType.MXFP4_MOE || model.isFalcon() || tensor.rowElements() % usual.blockElements() != 0) {
            return Q8_0;
        }
        return switch (fileType) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M, IQ3_XXS -> Q5_K;
            case Q8_0 -> Q8_0;
            default -> Q6_K;
        };
    }

    private DataType mixtureOfExpertsOnly(MixtureTensor tensor, TensorKind kind) {
        boolean feedForward = kind == TensorKind.UP || kind == TensorKind.GATE || kind == TensorKind.DOWN;
        boolean stacked = tensor.effectiveRank() > 2;
        return stacked && (feedForward || !model.architecture().equals("bailingmoe3")) ? MXFP4 : Q8_0;
    }

    private DataType tokenEmbedding() {
        return switch (fileType) {
            case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS -> Q2_K;
            case IQ2_S, IQ2_M, IQ3_XXS -> IQ3_S;
            case TQ1_0, TQ2_0, Q2_0 -> Q4_K;
            default -> fileType.dataType();
        };
    }

    private DataType twoBits(TensorKind kind) {
        boolean larger = fileType == FileType.IQ2_S || fileType == FileType.IQ2_M;
        boolean one = fileType == FileType.IQ1_S || fileType == FileType.IQ1_M;
        DataType usual = fileType.dataType();
        return switch (kind) {
            case VALUE, QUERY_KEY_VALUE, KEY_VALUE_EXPANSION ->
                model.queriesPerKey() >= 4 || model.expertCount() >= 4 ? Q4_K : larger ? IQ3_S : Q2_K;
            case KEY -> model.expertCount() == 8 ? Q4_K : usual;
            // Counted by tensors met, even with experts: shared and routed ones of a layer are two.
            case DOWN -> downsSeen++ < model.layerCount() / 8 ? (larger ? IQ3_S : Q2_K) : usual;
            case ATTENTION_OUTPUT -> model.expertCount() == 8 ? Q5_K : one ? IQ2_XXS : larger ? IQ3_S : usual;
            case QUERY, GATE, UP, TOKEN_EMBEDDING, OUTPUT, OTHER -> usual;
        };
    }

    private DataType value() {
        int layer = valuesSeen++;
        boolean shared = model.queriesPerKey() >= 4;
        DataType usual = fileType.dataType();
        DataType type = switch (fileType) {
            case Q2_K -> shared ? Q4_K : Q3_K;
            case IQ3_XXS -> shared ? Q4_K : importanceMatrix ? IQ3_XXS : IQ3_S;
            case Q2_K_S, IQ3_XS, IQ3_S -> shared ? Q4_K : usual;
            case IQ3_M -> Q4_K;
            case Q3_K_M -> layer < 2 ? Q5_K : Q4_K;
            case Q3_K_L -> Q5_K;
            case IQ4_NL, IQ4_XS -> shared ? Q5_K : usual;
            case Q4_K_M, Q5_K_M -> deservesMoreBits(layer, valueCount) ? Q6_K : usual;
            case Q4_K_S -> layer < 4 ? Q5_K : usual;
            default -> usual;
        };
        if (model.expertCount() == 8) {
            return Q8_0;
        }
        return model.isSeventyBillion() && (type == Q3_K || type == Q4_K) ? Q5_K : type;
    }

    private DataType query() {
        return switch (fileType) {
            case IQ3_XS -> IQ3_XXS;
            case IQ3_XXS -> IQ2_S;
            default -> fileType.dataType();
        };
    }

    private DataType down(MixtureTensor tensor) {
        int layers = model.layerCount();
        int layer = layerOf(tensor, downsSeen++);
        boolean early = layer < layers / 8;
        boolean more = deservesMoreBits(layer, layers);
        boolean falcon = model.isFalcon();
        DataType usual = fileType.dataType();
        return switch (fileType) {
            case Q2_K -> Q3_K;
            case Q2_K_S -> early ? Q4_K : usual;
            case IQ3_XXS -> importanceMatrix ? usual : early ? Q4_K : Q3_K;
            case Q3_K_M -> layer < layers / 16 ? Q5_K : !falcon || more ? Q4_K : Q3_K;
            case IQ3_M -> early || (model.expertCount() == 8 && more) ? Q4_K : usual;
            case Q3_K_L -> falcon ? Q4_K : Q5_K;
            case Q4_K_M -> falcon ? (layer < layers / 16 ? Q6_K : more ? Q5_K : Q4_K) : more ? Q6_K : usual;
            case IQ4_NL, IQ4_XS -> early && !importanceMatrix ? Q5_K : usual;
            case Q5_K_M -> more ? Q6_K : usual;
            case Q4_K_S -> early && !falcon ? Q5_K : usual;
            case Q4_0 -> early && importanceMatrix ? Q4_1 : usual;
            case Q5_0 -> early && importanceMatrix ? Q5_1 : usual;
            default -> usual;
        };
    }

    private DataType attentionOutput() {
        DataType usual = fileType.dataType();
        if (model.isFalcon()) {
            return fileType == FileType.Q3_K_L ? Q4_K : usual;
        }
        if (model.expertCount() == 8) {
            return switch (fileType) {
                case Q2_K, IQ3_XS, IQ3_XXS, Q3_K_S, Q3_K_M, IQ4_NL, Q4_K_S, Q4_K_M, IQ3_S, IQ3_M, IQ4_XS -> Q5_K;
                default -> usual;
            };
        }
        return switch (fileType) {
            case Q2_K -> Q3_K;
            case IQ3_XXS -> IQ3_S;
            case Q3_K_M, IQ3_M -> Q4_K;
            case Q3_K_L -> Q5_K;
            default -> usual;
        };
    }

    private DataType gateOrUp(MixtureTensor tensor, int seen) {
        int layers = model.layerCount();
        int layer = layerOf(tensor, seen);
        boolean between = layer >= layers / 8 && layer < 7 * layers / 8;
        return fileType == FileType.IQ3_XS && between ? IQ3_XXS : fileType.dataType();
    }

    private int layerOf(MixtureTensor tensor, int seen) {
        return model.expertCount() > 1 ? tensor.layer() : seen;
    }

    /// Whether a layer is among the first or last eighth, or every third of those between.
    private static boolean deservesMoreBits(int layer, int layers) {
        return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
    }
}

package dev.weighbridge.bench;

import dev.weighbridge.model.blueprint.Blueprint;
import dev.weighbridge.model.blueprint.PlacedParameter;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.model.family.registry.AllFamilies;
import dev.weighbridge.model.mixture.FileType;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.precision.FileTensor;
import dev.weighbridge.planner.precision.GgufPrecision;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes, for every known model that a family reads, the tensors of its published checkpoint and the type of each
/// tensor of its GGUF file at every file type, for `bench/peers/quantize_types.py` to hold against llama.cpp.
public final class MixtureTables {
    private MixtureTables() {}

    /// Writes `NAME.published.tsv` and `NAME.types.tsv` for each model.
    ///
    /// @param arguments the folder to write to
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Families families = AllFamilies.families();
        for (KnownModel known : Catalogue.embedded().models()) {
            Blueprint blueprint = families.blueprint(known.config());
            writePublished(folder.resolve(known.name() + ".published.tsv"), blueprint);
            writeTypes(folder.resolve(known.name() + ".types.tsv"), Anatomy.of(known.name(), blueprint));
        }
    }

    private static void writePublished(Path file, Blueprint blueprint) throws IOException {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            for (PlacedParameter parameter : blueprint.parameters()) {
                if (!parameter.isTied()) {
                    out.println(parameter.name() + "\t" + parameter.shape());
                }
            }
        }
    }

    private static void writeTypes(Path file, Anatomy anatomy) throws IOException {
        List<GgufPrecision> precisions = new ArrayList<>();
        for (FileType type : FileType.values()) {
            precisions.add(new GgufPrecision(type, false));
            precisions.add(new GgufPrecision(type, true));
        }
        List<List<FileTensor>> columns = precisions.stream()
                .map(precision -> tensors(precision, anatomy))
                .toList();
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            out.println("name\tshape\t"
                    + precisions.stream()
                            .map(precision -> precision.fileType() + (precision.importanceMatrix() ? "+" : ""))
                            .collect(Collectors.joining("\t")));
            for (int i = 0; i < columns.getFirst().size(); i++) {
                int row = i;
                FileTensor tensor = columns.getFirst().get(i);
                out.println(tensor.name() + "\t" + tensor.shape() + "\t"
                        + columns.stream()
                                .map(column -> column.isEmpty()
                                        ? "-"
                                        : column.get(row).type().name())
                                .collect(Collectors.joining("\t")));
            }
        }
    }

    /// None where llama.cpp cannot make such a file.
    private static List<FileTensor> tensors(GgufPrecision precision, Anatomy anatomy) {
        try {
            return precision.tensors(anatomy);
        } catch (UnsupportedException _) {
            return List.of();
        }
    }
}

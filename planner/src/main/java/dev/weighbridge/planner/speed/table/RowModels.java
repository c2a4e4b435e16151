package dev.weighbridge.planner.speed.table;

import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import dev.weighbridge.planner.speed.Backend;
import dev.weighbridge.planner.speed.Work;
import dev.weighbridge.planner.speed.WorkReading;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The models of rows: from the catalogue by name, else from the figures of the row. Each is built once.
final class RowModels {
    private static final double BILLION = 1e9;

    /// A count of parameters in a name: `8B`, `0.6b`, not the `A3B` of active ones nor Gemma's `E2B`.
    private static final Pattern SIZE = Pattern.compile("(?<![a-z0-9.])(\\d{1,4}(?:\\.\\d{1,3})?)b(?![a-z])");

    /// Beyond this the figure in a row is not that of the name: of packed numbers, or a slip.
    private static final double SLIP = 1.5;

    private static final double DENSE_SHARE = 0.98;

    private final Families families;
    private final Catalogue catalogue;
    private final Map<String, Optional<Anatomy>> anatomies = new HashMap<>();
    private final Map<String, Work> works = new HashMap<>();

    RowModels(Families families, Catalogue catalogue) {
        this.families = families;
        this.catalogue = catalogue;
    }

    /// The model of a row in the catalogue.
    Optional<Anatomy> anatomy(SpeedRow row) {
        return anatomies.computeIfAbsent(
                row.model(), name -> catalogue.resolve(name).flatMap(this::build));
    }

    private Optional<Anatomy> build(KnownModel known) {
        try {
            Anatomy anatomy = Anatomy.of(known.name(), families.blueprint(known.config()));
            return anatomy.textLayers().isEmpty() ? Optional.empty() : Optional.of(anatomy);
        } catch (WeighException _) {
            return Optional.empty();
        }
    }

    /// What the row's model asks of a device; empty where the row states too little.
    Optional<Work> work(SpeedRow row, Backend backend) {
        Optional<Anatomy> anatomy = anatomy(row);
        if (anatomy.isPresent()) {
            String key = String.join("|", row.model(), row.quantization(), backend.label()) + row.bitsPerWeight() + "|"
                    + row.parameters();
            return Optional.of(works.computeIfAbsent(key, _ -> known(anatomy.get(), row, backend)));
        }
        if (!(row.parameters() > 0)) {
            return Optional.empty();
        }
        double bits = RowPrecision.bits(row);
        double named = namedSize(row.model());
        double ratio = named / row.parameters();
        double parameters = named > 0 && (ratio > SLIP || ratio < 1 / SLIP) ? named : row.parameters();
        double active = row.activeParameters() < DENSE_SHARE * row.parameters()
                ? Math.min(row.activeParameters(), parameters)
                : parameters;
        return Optional.of(WorkReading.ofFigures(row.model(), row.quantization(), parameters, active, bits));
    }

    private static Work known(Anatomy anatomy, SpeedRow row, Backend backend) {
        return WorkReading.of(anatomy, new RowPrecision(row, backend).store(anatomy));
    }

    private static double namedSize(String name) {
        Matcher matcher = SIZE.matcher(name.toLowerCase(Locale.ROOT));
        return matcher.find() ? Double.parseDouble(matcher.group(1)) * BILLION : 0;
    }
}

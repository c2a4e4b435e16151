package dev.weighbridge.planner.validation;

import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import dev.weighbridge.planner.catalogue.KnownModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The models that the rows of one table speak of, each built once.
final class ModelLookup {
    private final Families families;
    private final Catalogue catalogue;
    private final Map<String, Config> hyperparameters;
    private final Map<String, Optional<Anatomy>> logged = new HashMap<>();
    private final Map<String, Optional<Anatomy>> named = new HashMap<>();

    ModelLookup(Families families, Catalogue catalogue, Map<String, Config> hyperparameters) {
        this.families = families;
        this.catalogue = catalogue;
        this.hyperparameters = hyperparameters;
    }

    /// The model of a row, by the hyperparameters that its log printed or else by its name.
    Optional<Anatomy> find(String row, String name) {
        return logged(row).or(() -> named(name));
    }

    /// The model of that name or file name in the catalogue.
    Optional<Anatomy> named(String name) {
        return named.computeIfAbsent(name, wanted -> catalogue.resolve(wanted).map(this::build));
    }

    /// Whether the log of a row printed the model's hyperparameters.
    boolean isLogged(String row) {
        return hyperparameters.containsKey(row);
    }

    private Optional<Anatomy> logged(String row) {
        Config printed = hyperparameters.get(row);
        return printed == null
                ? Optional.empty()
                : logged.computeIfAbsent(row, id -> new LoggedModel(printed).anatomy(id, families));
    }

    private Anatomy build(KnownModel known) {
        return Anatomy.of(known.name(), families.blueprint(known.config()));
    }
}

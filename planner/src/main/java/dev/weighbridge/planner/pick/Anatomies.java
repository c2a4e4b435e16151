package dev.weighbridge.planner.pick;

import dev.weighbridge.model.error.WeighException;
import dev.weighbridge.model.family.Families;
import dev.weighbridge.planner.anatomy.Anatomy;
import dev.weighbridge.planner.catalogue.Catalogue;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The anatomies of the catalogue's models, each made once, when it is first asked for.
final class Anatomies {
    private final Catalogue catalogue;
    private final Families families;
    private final Map<String, Optional<Anatomy>> made = new ConcurrentHashMap<>();

    Anatomies(Catalogue catalogue, Families families) {
        this.catalogue = catalogue;
        this.families = families;
    }

    /// The anatomy of a model; empty where no family builds it.
    Optional<Anatomy> of(String model) {
        return made.computeIfAbsent(model, this::make);
    }

    private Optional<Anatomy> make(String model) {
        try {
            return catalogue.find(model).map(known -> Anatomy.of(known.name(), families.blueprint(known.config())));
        } catch (WeighException _) {
            return Optional.empty();
        }
    }
}

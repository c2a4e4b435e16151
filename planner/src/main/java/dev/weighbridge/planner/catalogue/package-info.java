/// Models that people know by name, with the configurations their publishers give.
///
/// Start at [Catalogue]. The facts are data, `models.jsonl`, each with its source; nothing here fetches anything.
@NullMarked
package dev.weighbridge.planner.catalogue;

import org.jspecify.annotations.NullMarked;

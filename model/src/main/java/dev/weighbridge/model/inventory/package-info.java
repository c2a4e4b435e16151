/// The files of a model held against its blueprint: every stored tensor gets its place, every difference is a finding.
///
/// Start at [WeighedModel], the whole answer for one model; [Inventory] is the binding inside it. Nothing here reads
/// files.
@NullMarked
package dev.weighbridge.model.inventory;

import org.jspecify.annotations.NullMarked;

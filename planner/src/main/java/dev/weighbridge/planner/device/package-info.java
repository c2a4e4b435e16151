/// Devices that models run on: facts with source and date, and the machine at hand.
///
/// Start at [Device] and at [DeviceCatalogue]. Facts are data, `devices.jsonl`; nothing here knows of
/// models.
@NullMarked
package dev.weighbridge.planner.device;

import org.jspecify.annotations.NullMarked;

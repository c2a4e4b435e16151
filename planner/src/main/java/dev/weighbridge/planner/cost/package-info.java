/// What answers cost: by the hour of own or rented devices, by the token, by the query, in energy, and
/// at an API.
///
/// Start at [HourlyCost], then [TokenCost], which takes a speed estimate, and [BreakEven]. Prices of
/// devices come from the catalogue of devices, those of APIs are data, `api-prices.jsonl`, each with
/// source and date.
@NullMarked
package dev.weighbridge.planner.cost;

import org.jspecify.annotations.NullMarked;

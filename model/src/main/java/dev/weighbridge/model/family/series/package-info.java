/// Models of numbers over time: forecasting transformers, mixers over patches, foundation models for series, decisions.
///
/// Start at [ForecastFamily], the plainest; [SeriesFamilies] lists what is here.
@NullMarked
package dev.weighbridge.model.family.series;

import org.jspecify.annotations.NullMarked;

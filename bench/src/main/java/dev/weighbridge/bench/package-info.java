/// Measurements with JMH, and side-by-side runs against peers. Nothing depends on this room. Start at
/// [dev.weighbridge.bench.StartupBenchmark]; `./mvnw -Pbench -Dquick verify` runs what stands here.
@NullMarked
package dev.weighbridge.bench;

import org.jspecify.annotations.NullMarked;

/// The commands that run a model: `weigh logits`, `weigh generate`, `weigh tokenize`, `weigh render`.
@NullMarked
package dev.weighbridge.cli.run;

import org.jspecify.annotations.NullMarked;

/// Where bytes come from: local paths and remote repositories behind two small interfaces.
///
/// Start at [Repository]; a [ByteSource] is one of its files. Nothing here knows what a format means.
@NullMarked
package dev.weighbridge.files.source;

import org.jspecify.annotations.NullMarked;

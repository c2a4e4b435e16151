/// Architectures whose classes their publishers ship beside the checkpoint (`auto_map`), in the names of those files.
///
/// Start at [RemoteFamilies]. No library knows the defaults of such a class, so the families here name them.
@NullMarked
package dev.weighbridge.model.family.remote;

import org.jspecify.annotations.NullMarked;

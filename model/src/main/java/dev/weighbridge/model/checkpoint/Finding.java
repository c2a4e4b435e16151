package dev.weighbridge.model.checkpoint;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Something a reader of the result should know: a doubt, a difference, a rule that was applied. Never an error.
///
/// @param kind what sort of observation
/// @param tensor the tensor or field concerned; empty where it concerns the whole
/// @param message one sentence
public record Finding(Kind kind, String tensor, String message) {
    /// The first `limit` findings of each kind in full, the rest of a kind as one; in the order of their kinds.
    public static List<Finding> abridged(List<Finding> findings, int limit) {
        Map<Kind, List<Finding>> byKind = new EnumMap<>(Kind.class);
        for (Finding finding : findings) {
            byKind.computeIfAbsent(finding.kind(), kind -> new ArrayList<>()).add(finding);
        }
        List<Finding> abridged = new ArrayList<>();
        byKind.forEach((kind, ofKind) -> {
            abridged.addAll(ofKind.subList(0, Math.min(limit, ofKind.size())));
            if (ofKind.size() > limit) {
                int rest = ofKind.size() - limit;
                abridged.add(new Finding(kind, "", "and " + rest + " more findings of this kind"));
            }
        });
        return abridged;
    }

    /// Sorts of findings.
    public enum Kind {
        /// The blueprint has a parameter that the files lack.
        MISSING,
        /// The files hold a tensor that the blueprint has no place for.
        UNEXPECTED,
        /// Both have it, with different shapes.
        WRONG_SHAPE,
        /// One stored tensor serves under two names.
        TIED,
        /// A tied tensor is stored a second time.
        STORED_TWICE,
        /// A quantiser packed several parameters into each stored element.
        PACKED,
        /// Stored, but not a parameter: scales, zero points, rotary tables, statistics.
        NOT_A_PARAMETER,
        /// Parameters beyond the base architecture: next-token heads, adapters.
        EXTRA,
        /// No family knows the architecture; counted by tensors.
        UNKNOWN_ARCHITECTURE,
        /// A value was assumed because the source leaves it out.
        ASSUMED,
        /// Readable, but not as the specification has it.
        IRREGULAR;

        /// The kind in lower case, as shown and as written to JSON.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

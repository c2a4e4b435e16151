package dev.weighbridge.planner.memory.graph;

/// Says that the graph of an architecture is not known here; a law stands for it then.
final class NoGraphException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoGraphException(String what) {
        super(what, null, false, false);
    }
}

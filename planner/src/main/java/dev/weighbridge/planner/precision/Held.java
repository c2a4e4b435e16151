package dev.weighbridge.planner.precision;

/// How one weight is held.
///
/// @param bytes scales included
/// @param type its name; empty for a weight that is no part of the file
record Held(long bytes, String type) {
    /// No part of the file: tied to another, or kept elsewhere.
    static final Held NOT = new Held(0, "");
}

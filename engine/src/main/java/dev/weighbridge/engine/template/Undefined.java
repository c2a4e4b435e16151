package dev.weighbridge.engine.template;

/// What a name stands for that nothing was given for.
///
/// @param what the name or the attribute
record Undefined(String what) {
    @Override
    public String toString() {
        return "";
    }
}

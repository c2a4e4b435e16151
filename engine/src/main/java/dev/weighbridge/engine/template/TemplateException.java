package dev.weighbridge.engine.template;

/// A template is broken, asks for what is not there, or refuses the messages itself.
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean refusal;

    private TemplateException(String message, boolean refusal) {
        super(message);
        this.refusal = refusal;
    }

    /// A template that cannot be read or followed.
    static TemplateException broken(String message) {
        return new TemplateException(message, false);
    }

    /// A template that will not have these messages (`raise_exception`).
    static TemplateException refused(String message) {
        return new TemplateException(message, true);
    }

    /// Whether the template itself refuses the messages.
    public boolean isRefusal() {
        return refusal;
    }
}

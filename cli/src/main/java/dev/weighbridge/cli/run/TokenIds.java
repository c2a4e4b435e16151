package dev.weighbridge.cli.run;

import dev.weighbridge.engine.Transformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Token ids as the user writes them: `5,9,12`.
final class TokenIds {
    private TokenIds() {}

    /// The ids of a text.
    ///
    /// @throws ParameterException if one of them is none
    static int[] parse(CommandSpec spec, String text) {
        String[] parts = text.split(",", -1);
        int[] ids = new int[parts.length];
        for (int i = 0; i < ids.length; i++) {
            try {
                ids[i] = Integer.parseInt(parts[i].strip());
            } catch (NumberFormatException _) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--ids takes whole numbers with commas between, found \"" + parts[i] + "\"");
            }
        }
        return ids;
    }

    /// Refuses ids that the model has no embedding for.
    ///
    /// @throws ParameterException if there is one
    static void check(CommandSpec spec, Transformer model, int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= model.vocabularySize()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "token " + id + " does not exist: the model has tokens 0 to " + (model.vocabularySize() - 1));
            }
        }
    }
}

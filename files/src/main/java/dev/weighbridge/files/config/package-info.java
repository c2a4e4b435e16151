/// `config.json` in the vocabulary that families read, with everything a file leaves out filled in.
///
/// Start at [ConfigReader]. It parses; [ClassDefaults] knows what Hugging Face's configuration class has for an absent
/// field; [ConfigResolver] puts the two together, spells fields by all their names and settings by their present form.
/// Nothing here knows an architecture.
@NullMarked
package dev.weighbridge.files.config;

import org.jspecify.annotations.NullMarked;

/// Chat templates as models ship them: the Jinja that they use (Jinja 3.1 with `trim_blocks`, `lstrip_blocks` and loop
/// controls, as Hugging Face's `apply_chat_template` sets it up), in a sandbox that reaches nothing outside.
///
/// Start at [ChatTemplate]. A text becomes tokens ([Lexer]), tokens a tree ([Parser], [Expression], [Statement]), the
/// tree a text ([Renderer]). Values are those of JSON: texts, longs, doubles, booleans, lists, maps, and null for none.
@NullMarked
package dev.weighbridge.engine.template;

import org.jspecify.annotations.NullMarked;

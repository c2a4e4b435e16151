/// Tokenizers: text to token ids and back, as the model was trained, from whatever file describes them.
///
/// Start at [Tokenizer]. It runs a text through added tokens, a [Normalizer], a [PreTokenizer] and a [PieceModel], and
/// ids back through a [PieceDecoder]; [TokenizerReader] builds it from a `tokenizer.json`, a SentencePiece model,
/// tiktoken
/// ranks or the metadata of a GGUF file. The steps are those of Hugging Face's tokenizers library.
@NullMarked
package dev.weighbridge.engine.tokenizer;

import org.jspecify.annotations.NullMarked;

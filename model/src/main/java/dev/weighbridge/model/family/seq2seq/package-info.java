/// Encoder-decoders: T5, BART, Marian, Pegasus and their relatives.
///
/// Start at [T5Family] and [BartFamily]; [T5Stack] builds the layers of the one, [BartModel] assembles the other,
/// [Seq2seqFamilies] lists what is here.
@NullMarked
package dev.weighbridge.model.family.seq2seq;

import org.jspecify.annotations.NullMarked;

/// Encoders: BERT, its many relatives, and the models that share their names.
///
/// Start at [BertFamily]; [BertHeads] and [RobertaHeads] hold the heads that most share, [EncoderFamilies] lists what
/// is
/// here.
@NullMarked
package dev.weighbridge.model.family.encoder;

import org.jspecify.annotations.NullMarked;

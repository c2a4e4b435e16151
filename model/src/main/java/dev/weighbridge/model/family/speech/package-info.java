/// Models that speak: codecs between waveform and tokens, language models over such tokens, vocoders, synthesis.
///
/// Start at [SeanetCodec], the convolutions that most codecs share; [SpeechFamilies] lists what is here.
@NullMarked
package dev.weighbridge.model.family.speech;

import org.jspecify.annotations.NullMarked;

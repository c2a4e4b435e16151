/// Models that hear: speech encoders, speech recognition, and language models with an audio tower.
///
/// Start at [WhisperFamily], an encoder with a decoder, or at [Wav2Vec2Family], an encoder over the waveform.
/// [AudioFamilies] lists what is here; [SpeechHeads] and [ConformerLayer] are what several families share.
@NullMarked
package dev.weighbridge.model.family.audio;

import org.jspecify.annotations.NullMarked;

package dev.weighbridge.engine.position;

import dev.weighbridge.model.block.Rotary;

/// Turns heads by their position. Safe for many threads.
public final class Rotation {
    private final RotaryFrequencies frequencies;
    private final boolean interleaved;

    private Rotation(RotaryFrequencies frequencies, boolean interleaved) {
        this.frequencies = frequencies;
        this.interleaved = interleaved;
    }

    /// The rotation of these settings.
    ///
    /// @param length tokens of the sequence, where the rule depends on it; 0 for the trained length
    /// @param trained positions that the model was trained on
    public static Rotation of(Rotary rotary, long length, long trained) {
        return new Rotation(RotaryFrequencies.of(rotary, length, trained), rotary.interleaved());
    }

    /// Elements of a head that turn.
    public int dimensions() {
        return frequencies.perPosition().length * 2;
    }

    /// Turns the elements of one head from `offset` on, in place.
    public void apply(float[] values, int offset, int position) {
        double[] angles = frequencies.perPosition();
        int half = angles.length;
        for (int i = 0; i < half; i++) {
            double angle = position * angles[i];
            float cos = (float) (Math.cos(angle) * frequencies.amplitude());
            float sin = (float) (Math.sin(angle) * frequencies.amplitude());
            int a = interleaved ? offset + 2 * i : offset + i;
            int b = interleaved ? a + 1 : a + half;
            float x = values[a];
            float y = values[b];
            values[a] = x * cos - y * sin;
            values[b] = x * sin + y * cos;
        }
    }
}

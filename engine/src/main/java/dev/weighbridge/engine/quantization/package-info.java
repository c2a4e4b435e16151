/// Block formats: how quantised numbers lie in bytes, one file a family of types.
///
/// Start at [BlockFormat]. Layouts are those of ggml's `ggml-common.h` and `dequantize_row_*` in `ggml-quants.c`:
///
/// | type | elements | bytes | layout |
/// |---|---|---|---|
/// | Q4_0 | 32 | 18 | F16 d; 16 bytes of two 4-bit numbers, low halves first; value `d · (q − 8)` |
/// | Q4_1 | 32 | 20 | F16 d, F16 m; as Q4_0; value `d · q + m` |
/// | Q5_0 | 32 | 22 | F16 d; 32 fifth bits; as Q4_0; value `d · (q − 16)` |
/// | Q5_1 | 32 | 24 | F16 d, F16 m; 32 fifth bits; as Q4_0; value `d · q + m` |
/// | Q8_0 | 32 | 34 | F16 d; 32 signed bytes; value `d · q` |
@NullMarked
package dev.weighbridge.engine.quantization;

import org.jspecify.annotations.NullMarked;

package dev.weighbridge.cli.inspect;

import dev.weighbridge.model.unit.ByteSize;

/// A precision that people ask about, and the bits it takes for each parameter, scales included.
enum Precision {
    FP32("FP32", 32, "4 bytes each"),
    BF16("BF16", 16, "2 bytes each; the same for FP16"),
    INT8("INT8", 8.5, "1 byte each and a 16-bit scale for every 32"),
    INT4("4 bit", 4.5, "half a byte each and a 16-bit scale for every 32");

    private final String label;
    private final double bits;
    private final String formula;

    Precision(String label, double bits, String formula) {
        this.label = label;
        this.bits = bits;
        this.formula = formula;
    }

    String label() {
        return label;
    }

    double bits() {
        return bits;
    }

    String formula() {
        return formula;
    }

    ByteSize sizeOf(long parameters) {
        return ByteSize.of(parameters, bits);
    }
}

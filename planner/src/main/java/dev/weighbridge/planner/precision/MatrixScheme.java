package dev.weighbridge.planner.precision;

/// How a quantiser for safetensors stores a matrix: packed weights and all that is needed to unpack them.
sealed interface MatrixScheme {
    /// The type shown for such a matrix.
    String type();

    /// Whether a matrix of these dimensions can be stored so.
    boolean suits(Matrix matrix);

    /// Bytes of one matrix, scales and what else goes with it included.
    long bytes(Matrix matrix);

    /// One byte a weight with scales for the whole matrix, each row, or each block of rows and columns.
    ///
    /// @param type `F8_E4M3` or `I8`
    /// @param blockRows rows that share a scale; 0 for all
    /// @param blockColumns columns that share a scale; 0 for all
    /// @param scaleBytes of one scale
    /// @param extraBytes of what else each matrix has (scale of its input, note on its format)
    record Byte(String type, int blockRows, int blockColumns, int scaleBytes, int extraBytes) implements MatrixScheme {
        @Override
        public boolean suits(Matrix matrix) {
            return matrix.rows() >= 16 && matrix.columns() >= 16;
        }

        @Override
        public long bytes(Matrix matrix) {
            long down = blockRows == 0 ? 1 : Math.ceilDiv(matrix.rows(), blockRows);
            long across = blockColumns == 0 ? 1 : Math.ceilDiv(matrix.columns(), blockColumns);
            return matrix.elements() + down * across * scaleBytes + extraBytes;
        }
    }

    /// Integers of few bits in 32-bit words, with a 16-bit scale for each group (GPTQ, arXiv:2210.17323;
    /// AWQ,
    /// arXiv:2306.00978; compressed-tensors `pack-quantized`).
    ///
    /// @param type as shown
    /// @param bits of one weight
    /// @param group weights of a row that share a scale; -1 for the whole row. Where rows are no multiple
    ///     of it, half or
    ///     a quarter of it is taken, as those do who quantise such models
    /// @param packsRows whether words run down the inputs (GPTQ) and not across the outputs (AWQ)
    /// @param zeros whether each group has a zero point of `bits` bits as well
    /// @param indexBytes of the group's number that each input has (`g_idx`, `desc_act`); 0 for none
    /// @param extraBytes of what else each matrix has
    record Grouped(String type, int bits, int group, boolean packsRows, boolean zeros, int indexBytes, int extraBytes)
            implements MatrixScheme {
        @Override
        public boolean suits(Matrix matrix) {
            return groupOf(matrix) != 0 && matrix.rows() % 32 == 0 && matrix.columns() % 32 == 0;
        }

        @Override
        public long bytes(Matrix matrix) {
            long groups = matrix.groups(groupOf(matrix));
            long packed = packsRows ? words(matrix.columns()) * matrix.rows() : words(matrix.rows()) * matrix.columns();
            long zeroWords = zeros ? groups * words(matrix.rows()) : 0;
            return 4 * (packed + zeroWords) + 2 * groups * matrix.rows() + matrix.columns() * indexBytes + extraBytes;
        }

        /// The largest size that divides the row; 0 for none.
        private int groupOf(Matrix matrix) {
            if (group <= 0) {
                return group;
            }
            for (int size = group; size >= Math.max(16, group / 4); size /= 2) {
                if (matrix.columns() % size == 0) {
                    return size;
                }
            }
            return 0;
        }

        private long words(long count) {
            return Math.ceilDiv(count * bits, 32);
        }
    }

    /// Four-bit floats with an 8-bit scale for each group (NVFP4, OCP MX).
    ///
    /// @param type as shown
    /// @param group weights of a row that share a scale
    /// @param extraBytes of what else each matrix has (scale of the whole, scale of its input)
    record FourBitFloat(String type, int group, int extraBytes) implements MatrixScheme {
        @Override
        public boolean suits(Matrix matrix) {
            return matrix.columns() % group == 0;
        }

        @Override
        public long bytes(Matrix matrix) {
            return matrix.elements() / 2 + matrix.elements() / group + extraBytes;
        }
    }

    /// Four bits chosen for normally distributed weights in blocks of 64, whose scales are quantised
    /// again in blocks
    /// of 256 (QLoRA, arXiv:2305.14314).
    ///
    /// @param isDouble whether the scales are quantised as well
    record NormalFloat(boolean isDouble) implements MatrixScheme {
        private static final int BLOCK = 64;
        private static final int SCALE_BLOCK = 256;
        /// The table of 16 values, and that of 256 for the scales.
        private static final int TABLE_BYTES = 16 * Float.BYTES;

        private static final int SCALE_TABLE_BYTES = 256 * Float.BYTES;

        @Override
        public String type() {
            return "NF4";
        }

        @Override
        public boolean suits(Matrix matrix) {
            return true;
        }

        @Override
        public long bytes(Matrix matrix) {
            long blocks = Math.ceilDiv(matrix.elements(), BLOCK);
            long scales = isDouble
                    ? blocks + Math.ceilDiv(blocks, SCALE_BLOCK) * Float.BYTES + SCALE_TABLE_BYTES
                    : blocks * Float.BYTES;
            return Math.ceilDiv(matrix.elements(), 2) + scales + TABLE_BYTES;
        }
    }

    /// Integers of few bits in 32-bit words with a 16-bit scale and a 16-bit bias for each group (MLX
    /// `affine`).
    ///
    /// @param bits of one weight
    /// @param group weights of a row that share a scale
    record Affine(int bits, int group) implements MatrixScheme {
        @Override
        public String type() {
            return "MLX-" + bits + "bit";
        }

        @Override
        public boolean suits(Matrix matrix) {
            return matrix.columns() % group == 0;
        }

        @Override
        public long bytes(Matrix matrix) {
            return matrix.elements() * bits / 8 + 4 * matrix.rows() * matrix.groups(group);
        }
    }
}

package dev.weighbridge.planner.device.host;

import java.util.ArrayList;
import java.util.List;

/// Asks `nvidia-smi`, which comes with NVIDIA's driver, for the GPUs.
///
/// One line a GPU: `NVIDIA GeForce RTX 4090, 24564, 23900`. A chip with unified memory has `[N/A]` for
/// its memory.
final class NvidiaSmi {
    private static final List<String> COMMAND =
            List.of("nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits");

    private NvidiaSmi() {}

    static List<Card> cards(Tool tool) {
        return tool.run(COMMAND).map(NvidiaSmi::parse).orElse(List.of());
    }

    static List<Card> parse(String output) {
        List<Card> cards = new ArrayList<>();
        for (String line : output.split("\n")) {
            String[] fields = line.split(",");
            if (fields.length == 3 && !fields[0].isBlank()) {
                cards.add(new Card(
                        "NVIDIA", fields[0].strip(), mebibytes(fields[1]), mebibytes(fields[2]), 0, "nvidia-smi"));
            }
        }
        return cards;
    }

    private static long mebibytes(String field) {
        String number = field.strip();
        // Nine digits of MiB are a petabyte; more is no size.
        return number.matches("\\d{1,9}") ? Long.parseLong(number) << 20 : 0;
    }
}

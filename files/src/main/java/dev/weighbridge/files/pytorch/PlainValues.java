package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Call;
import dev.weighbridge.files.pytorch.PickleValue.Dict;
import dev.weighbridge.files.pytorch.PickleValue.Flag;
import dev.weighbridge.files.pytorch.PickleValue.Int;
import dev.weighbridge.files.pytorch.PickleValue.Real;
import dev.weighbridge.files.pytorch.PickleValue.Sequence;
import dev.weighbridge.files.pytorch.PickleValue.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The plain values that training scripts store beside the tensors: steps, losses, the model's arguments.
final class PlainValues {
    private static final int MAX_VALUES = 1000;
    private static final int MAX_VISITS = 100_000;
    private static final int MAX_DEPTH = 4;
    private static final int MAX_TEXT_LENGTH = 1000;

    private int valuesLeft = MAX_VALUES;
    private int visitsLeft = MAX_VISITS;

    private PlainValues() {}

    /// Texts, numbers, flags and small dictionaries and lists of them under the root; at most [#MAX_VALUES] in all.
    static Map<String, Object> of(PickleValue root) {
        Map<String, Object> plain = new LinkedHashMap<>();
        if (new PlainValues().convert(root, 0) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> plain.put(String.valueOf(key), value));
        }
        return plain;
    }

    private @Nullable Object convert(PickleValue value, int depth) {
        visitsLeft--;
        if (visitsLeft < 0 || valuesLeft <= 0 || depth > MAX_DEPTH) {
            return null;
        }
        return switch (value) {
            case Flag(boolean flag) -> counted(flag);
            case Int(long number) -> counted(number);
            case Real(double number) -> counted(number);
            case Text text when text.value().length() <= MAX_TEXT_LENGTH -> counted(text.value());
            case Dict dict -> convert(dict, depth);
            case Call call
            when call.state instanceof Dict state && call.entries.isEmpty() ->
                state.get("_modules") == null ? convert(state, depth) : null;
            case Call call -> convert(call.entries, depth);
            case Sequence(List<PickleValue> items) -> convert(items, depth);
            default -> null;
        };
    }

    private Object counted(Object value) {
        valuesLeft--;
        return value;
    }

    private @Nullable Map<String, Object> convert(Dict dict, int depth) {
        Map<String, Object> plain = new LinkedHashMap<>();
        for (int i = 0; i < dict.keys.size() && visitsLeft > 0; i++) {
            if (dict.keys.get(i) instanceof Text key
                    && !StateDict.TRAINING_STATE.matcher(key.value()).matches()) {
                Object value = convert(dict.values.get(i), depth + 1);
                if (value != null) {
                    plain.put(key.value(), value);
                }
            }
        }
        return plain.isEmpty() ? null : plain;
    }

    /// All items, or nothing where one of them is not plain.
    private @Nullable List<Object> convert(List<PickleValue> items, int depth) {
        List<Object> plain = new ArrayList<>();
        for (PickleValue item : items) {
            Object value = convert(item, depth + 1);
            if (value == null) {
                return null;
            }
            plain.add(value);
        }
        return plain;
    }
}

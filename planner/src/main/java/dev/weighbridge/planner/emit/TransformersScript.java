package dev.weighbridge.planner.emit;

import dev.weighbridge.planner.memory.Placement.Split;
import java.util.List;

/// A Python script that loads a model with transformers and answers one prompt.
final class TransformersScript {
    private TransformersScript() {}

    static String of(Deployment deployment, List<String> heading) {
        Launch.Builder notes = new Launch.Builder("python");
        String model = Quoting.PYTHON.quote(CheckpointFlags.model(deployment, "transformers"));
        String revision = CheckpointFlags.revision(deployment);
        String pinned = revision.isEmpty() ? "" : ", revision=" + Quoting.PYTHON.quote(revision);
        boolean isDivided = deployment.placement().split() instanceof Split.Parallel parallel && parallel.tensor() > 1;
        String configuration = switch (CheckpointFlags.WhileLoading.of(deployment)) {
            case FP8 -> "FineGrainedFP8Config()";
            case NORMAL_FLOAT ->
                "BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type=\"nf4\", bnb_4bit_use_double_quant="
                        + (deployment.precision().name().equals("NF4") ? "True" : "False")
                        + ", bnb_4bit_compute_dtype=\"bfloat16\")";
            case INT8 -> "BitsAndBytesConfig(load_in_8bit=True)";
            case NONE -> "";
        };
        CheckpointFlags.noteCheckpoint(deployment, notes);
        StringBuilder text = new StringBuilder();
        heading.forEach(line -> text.append("# ").append(line).append('\n'));
        notes.build().notes().forEach(note -> text.append("# ").append(note).append('\n'));
        if (isDivided) {
            text.append("# run with: torchrun --nproc-per-node ")
                    .append(deployment.deviceCount())
                    .append(" serve.py\n");
        }
        text.append("from transformers import AutoModelForCausalLM, AutoTokenizer");
        if (!configuration.isEmpty()) {
            text.append(", ").append(configuration, 0, configuration.indexOf('('));
        }
        text.append("\n\n")
                .append("tokenizer = AutoTokenizer.from_pretrained(" + model + pinned + ")\n")
                .append("model = AutoModelForCausalLM.from_pretrained(\n    " + model + pinned + ",\n")
                .append("    dtype=\"" + CheckpointFlags.dataType(deployment).orElse("auto") + "\",\n")
                .append(isDivided ? "    tp_plan=\"auto\",\n" : "    device_map=\"" + deviceMap(deployment) + "\",\n");
        if (!configuration.isEmpty()) {
            text.append("    quantization_config=").append(configuration).append(",\n");
        }
        return text.append(")\n")
                .append("prompt = tokenizer.apply_chat_template(\n")
                .append("    [{\"role\": \"user\", \"content\": \"What do you weigh?\"}],\n")
                .append("    add_generation_prompt=True, return_dict=True, return_tensors=\"pt\",\n")
                .append(").to(model.device)\n")
                .append("limit = " + deployment.workload().context() + " - prompt[\"input_ids\"].shape[1]\n")
                .append("answer = model.generate(**prompt, max_new_tokens=min(256, limit))\n")
                .append("print(tokenizer.decode(answer[0], skip_special_tokens=True))\n")
                .toString();
    }

    private static String deviceMap(Deployment deployment) {
        return deployment.deviceCount() == 0 ? "cpu" : "auto";
    }
}

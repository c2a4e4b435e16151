package dev.weighbridge.planner.emit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a plan can be written as.
public enum Target {
    LLAMA_SERVER("llama-server", "llama.cpp"),
    VLLM("vllm", "vllm"),
    SGLANG("sglang", "sglang"),
    TGI("tgi", "vllm"),
    OLLAMA("ollama", "llama.cpp"),
    TRANSFORMERS("transformers", "transformers"),
    /// A Deployment with its Service for Kubernetes.
    KUBERNETES("k8s", ""),
    /// A service for Docker Compose.
    COMPOSE("docker-compose", "");

    private final String label;
    private final String planner;

    Target(String label, String planner) {
        this.label = label;
        this.planner = planner;
    }

    /// As the user names it.
    public String label() {
        return label;
    }

    /// Name of the runtime whose memory is planned; empty for one that wraps another target.
    public String planner() {
        return planner;
    }

    /// Whether it wraps a server: Kubernetes and Docker Compose.
    public boolean isWrapper() {
        return planner.isEmpty();
    }

    /// The target of that name, in whatever case.
    ///
    /// @throws IllegalArgumentException if none has it
    public static Target parse(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        String usual = switch (wanted) {
            case "llama.cpp", "llamacpp", "llama_server" -> "llama-server";
            case "kubernetes" -> "k8s";
            case "compose", "docker" -> "docker-compose";
            default -> wanted;
        };
        return Arrays.stream(values())
                .filter(target -> target.label.equals(usual))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is written for '" + name.strip()
                        + "'; known are "
                        + Arrays.stream(values()).map(Target::label).collect(Collectors.joining(", "))));
    }

    /// The text that carries a deployment out.
    ///
    /// @param wrapped the server in a [#KUBERNETES] manifest or a [#COMPOSE] file; empty for the one that
    ///     suits
    ///     the files
    /// @throws dev.weighbridge.model.error.UnsupportedException if the runtime cannot run it so
    /// @throws IllegalArgumentException if the server to wrap is none
    public String write(Deployment deployment, Optional<Target> wrapped) {
        Engine inner = isWrapper() ? wrapped.orElseGet(() -> usual(deployment)).engine() : new LlamaServer();
        return switch (this) {
            case LLAMA_SERVER, VLLM, SGLANG, TGI ->
                ShellScript.of(engine().launch(deployment), heading(deployment, engine().name()));
            case OLLAMA -> OllamaModel.of(deployment, heading(deployment, label));
            case TRANSFORMERS -> TransformersScript.of(deployment, heading(deployment, label));
            case KUBERNETES -> KubernetesManifest.of(deployment, inner, heading(deployment, inner.name()));
            case COMPOSE -> ComposeFile.of(deployment, inner, heading(deployment, inner.name()));
        };
    }

    /// The server that runs a deployment's files in a container.
    public static Target usual(Deployment deployment) {
        return deployment.runsGguf() ? LLAMA_SERVER : VLLM;
    }

    private Engine engine() {
        return switch (this) {
            case LLAMA_SERVER -> new LlamaServer();
            case VLLM -> new VllmServer();
            case SGLANG -> new SglangServer();
            case TGI -> new TgiServer();
            case OLLAMA, TRANSFORMERS, KUBERNETES, COMPOSE ->
                throw new IllegalArgumentException(
                        label + " is no server for a container: write llama-server, vllm, sglang or tgi");
        };
    }

    private static List<String> heading(Deployment deployment, String engine) {
        EngineFacts facts = EngineFacts.of(engine);
        String places = deployment.deviceCount() == 0
                ? "a processor"
                : deployment.deviceCount() + " x "
                        + deployment.placement().devices().getFirst().name();
        return List.of(
                deployment.name() + " at " + deployment.precision().name() + " on " + places + ", "
                        + deployment.workload().sequences() + " x "
                        + deployment.workload().context() + " tokens",
                "options of " + engine + " " + facts.version() + " (" + facts.date() + ")");
    }
}

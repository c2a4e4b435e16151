package dev.weighbridge.planner.emit;

import java.util.ArrayList;
import java.util.List;

/// A launch inside a container: the model's files are mounted, or fetched into a mounted folder.
///
/// @param command that replaces the image's own; empty to keep it
/// @param arguments all of them
/// @param fetches whether the files come from the hub
/// @param folder of this machine that holds the files; empty where they are fetched
/// @param cacheVariable the variable that says where to fetch to
/// @param notes what the user must know
record Container(
        List<String> command,
        List<String> arguments,
        boolean fetches,
        String folder,
        String cacheVariable,
        List<String> notes) {
    /// Where the files are in the container.
    static final String FILES = "/models";

    static Container of(Deployment deployment, Engine engine, EngineFacts facts) {
        Launch launch = engine.launch(mounted(deployment));
        List<String> words = new ArrayList<>(launch.flat());
        words.addAll(engine.listening(facts.port()));
        boolean isFetched = deployment.address() instanceof ModelAddress.Hub && !isMade(launch);
        return new Container(
                engine.isEntryPoint() ? List.of() : launch.program(),
                isMade(launch) ? inFolder(words) : words,
                isFetched,
                isFetched ? "" : folder(deployment),
                engine.name().equals("llama-server") ? "LLAMA_CACHE" : "HF_HOME",
                launch.notes());
    }

    /// Whether the launch names a GGUF file that does not exist yet.
    private static boolean isMade(Launch launch) {
        return launch.notes().stream().anyMatch(note -> note.contains("must be made first"));
    }

    private static List<String> inFolder(List<String> words) {
        List<String> moved = new ArrayList<>(words);
        int model = moved.indexOf("--model");
        moved.set(model + 1, FILES + "/" + moved.get(model + 1));
        return moved;
    }

    private static String folder(Deployment deployment) {
        return deployment.address() instanceof ModelAddress.Local local ? local.folder() : ".";
    }

    /// The deployment as the container sees it.
    private static Deployment mounted(Deployment deployment) {
        return deployment.address() instanceof ModelAddress.Local local
                ? deployment.with(new ModelAddress.Local(FILES + "/" + local.fileName()))
                : deployment;
    }
}

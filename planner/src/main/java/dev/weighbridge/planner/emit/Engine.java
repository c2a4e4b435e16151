package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import java.util.List;

/// A program that serves models over HTTP, as far as starting it goes. An engine is one file.
interface Engine {
    /// As `engines.tsv` names it.
    String name();

    /// How it is started.
    ///
    /// @throws UnsupportedException if it cannot run such a deployment
    Launch launch(Deployment deployment);

    /// Options that make it listen on every address of a container.
    List<String> listening(int port);

    /// The path that answers once it is ready.
    default String healthPath() {
        return "/health";
    }

    /// Whether an image already starts the program, so that only its arguments are given.
    default boolean isEntryPoint() {
        return true;
    }
}

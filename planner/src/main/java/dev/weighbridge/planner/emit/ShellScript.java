package dev.weighbridge.planner.emit;

import java.util.List;
import java.util.stream.Collectors;

/// A launch as a command that can be pasted into a POSIX shell.
final class ShellScript {
    private static final String NEXT = " \\\n    ";

    private ShellScript() {}

    static String of(Launch launch, List<String> heading) {
        StringBuilder text = new StringBuilder();
        heading.forEach(line -> text.append("# ").append(line).append('\n'));
        launch.notes().forEach(note -> text.append("# ").append(note).append('\n'));
        launch.environment()
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(Quoting.SHELL.quote(value))
                        .append(" \\\n"));
        text.append(String.join(" ", launch.program()));
        for (List<String> argument : launch.arguments()) {
            text.append(NEXT).append(argument.stream().map(Quoting.SHELL::quote).collect(Collectors.joining(" ")));
        }
        return text.append('\n').toString();
    }
}

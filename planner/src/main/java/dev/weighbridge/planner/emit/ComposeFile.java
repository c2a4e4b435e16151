package dev.weighbridge.planner.emit;

import dev.weighbridge.planner.emit.EngineFacts.Vendor;
import java.util.List;

/// A service for Docker Compose.
final class ComposeFile {
    private ComposeFile() {}

    static String of(Deployment deployment, Engine engine, List<String> heading) {
        EngineFacts facts = EngineFacts.of(engine.name());
        Container container = Container.of(deployment, engine, facts);
        Yaml yaml = new Yaml();
        heading.forEach(yaml::comment);
        container.notes().forEach(yaml::comment);
        yaml.key(0, "services").key(1, deployment.serviceName());
        yaml.entry(2, "image", facts.image(deployment));
        if (!container.command().isEmpty()) {
            yaml.key(2, "entrypoint");
            container.command().forEach(word -> yaml.item(3, word));
        }
        yaml.key(2, "command");
        container.arguments().forEach(word -> yaml.item(3, word));
        if (container.fetches()) {
            yaml.key(2, "environment").entry(3, "HF_TOKEN", "${HF_TOKEN:-}");
            yaml.entry(3, container.cacheVariable(), Container.FILES);
        }
        yaml.key(2, "ports").item(3, facts.port() + ":" + facts.port());
        yaml.key(2, "volumes");
        if (container.fetches()) {
            yaml.item(3, "models:" + Container.FILES);
        } else {
            yaml.first(3, "type", "bind").entry(4, "source", container.folder()).entry(4, "target", Container.FILES);
            yaml.flag(4, "read_only", true);
        }
        // ranks of one model talk through shared memory
        yaml.entry(2, "ipc", "host").entry(2, "restart", "unless-stopped");
        devices(yaml, deployment);
        if (container.fetches()) {
            yaml.key(0, "volumes").key(1, "models");
        }
        return yaml.text();
    }

    private static void devices(Yaml yaml, Deployment deployment) {
        switch (Vendor.of(deployment)) {
            case NVIDIA -> {
                yaml.key(2, "deploy").key(3, "resources").key(4, "reservations").key(5, "devices");
                yaml.first(6, "driver", "nvidia").number(7, "count", deployment.deviceCount());
                yaml.key(7, "capabilities").item(8, "gpu");
            }
            case AMD -> {
                yaml.key(2, "devices").item(3, "/dev/kfd").item(3, "/dev/dri");
                yaml.key(2, "group_add").item(3, "video").item(3, "render");
            }
            case NONE, OTHER -> {}
        }
    }
}

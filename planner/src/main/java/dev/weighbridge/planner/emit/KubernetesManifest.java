package dev.weighbridge.planner.emit;

import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.planner.emit.EngineFacts.Vendor;
import java.util.List;

/// A Deployment and a Service for Kubernetes, with a claim for the model's files where they are fetched.
final class KubernetesManifest {
    private static final long GIBIBYTE = 1L << 30;
    /// A start is given a minute and one more for every so many bytes, which a slow disk or network reads
    /// in a minute.
    private static final long BYTES_A_MINUTE = 3L * GIBIBYTE;

    private KubernetesManifest() {}

    static String of(Deployment deployment, Engine engine, List<String> heading) {
        EngineFacts facts = EngineFacts.of(engine.name());
        Container container = Container.of(deployment, engine, facts);
        Yaml yaml = new Yaml();
        heading.forEach(yaml::comment);
        container.notes().forEach(yaml::comment);
        if (container.fetches()) {
            claim(yaml, deployment);
            yaml.document();
        }
        deployment(yaml, deployment, engine, facts, container);
        yaml.document();
        service(yaml, deployment, facts);
        return yaml.text();
    }

    private static void claim(Yaml yaml, Deployment deployment) {
        long gibibytes = Math.ceilDiv(deployment.weightBytes() + deployment.weightBytes() / 5, GIBIBYTE) + 1;
        yaml.entry(0, "apiVersion", "v1").entry(0, "kind", "PersistentVolumeClaim");
        metadata(yaml, deployment, "-files");
        yaml.key(0, "spec").key(1, "accessModes").item(2, "ReadWriteOnce");
        yaml.key(1, "resources").key(2, "requests").entry(3, "storage", gibibytes + "Gi");
    }

    private static void deployment(
            Yaml yaml, Deployment deployment, Engine engine, EngineFacts facts, Container container) {
        String name = deployment.serviceName();
        yaml.entry(0, "apiVersion", "apps/v1").entry(0, "kind", "Deployment");
        metadata(yaml, deployment, "");
        yaml.key(0, "spec").number(1, "replicas", 1);
        // two at a time would not find free devices
        yaml.key(1, "strategy").entry(2, "type", "Recreate");
        yaml.key(1, "selector").key(2, "matchLabels").entry(3, "app.kubernetes.io/name", name);
        yaml.key(1, "template").key(2, "metadata").key(3, "labels").entry(4, "app.kubernetes.io/name", name);
        yaml.key(2, "spec").key(3, "containers");
        yaml.first(4, "name", engine.name()).entry(5, "image", facts.image(deployment));
        if (!container.command().isEmpty()) {
            yaml.key(5, "command");
            container.command().forEach(word -> yaml.item(6, word));
        }
        yaml.key(5, "args");
        container.arguments().forEach(word -> yaml.item(6, word));
        if (container.fetches()) {
            yaml.key(5, "env").first(6, "name", "HF_TOKEN").key(7, "valueFrom").key(8, "secretKeyRef");
            yaml.entry(9, "name", "hugging-face").entry(9, "key", "token").flag(9, "optional", true);
            yaml.first(6, "name", container.cacheVariable()).entry(7, "value", Container.FILES);
        }
        yaml.key(5, "ports").first(6, "name", "http").number(7, "containerPort", facts.port());
        long minutes = 5 + Math.ceilDiv(deployment.weightBytes(), BYTES_A_MINUTE);
        probe(yaml, "startupProbe", engine, 10, minutes * 6);
        probe(yaml, "readinessProbe", engine, 10, 3);
        if (deployment.deviceCount() > 0) {
            yaml.key(5, "resources").key(6, "limits").number(7, resource(deployment), deployment.deviceCount());
        }
        yaml.key(5, "volumeMounts");
        yaml.first(6, "name", "files").entry(7, "mountPath", Container.FILES);
        if (!container.fetches()) {
            yaml.flag(7, "readOnly", true);
        }
        yaml.first(6, "name", "shared-memory").entry(7, "mountPath", "/dev/shm");
        yaml.key(3, "volumes").first(4, "name", "files");
        if (container.fetches()) {
            yaml.key(5, "persistentVolumeClaim").entry(6, "claimName", name + "-files");
        } else {
            yaml.key(5, "hostPath").entry(6, "path", container.folder()).entry(6, "type", "Directory");
        }
        yaml.first(4, "name", "shared-memory").key(5, "emptyDir").entry(6, "medium", "Memory");
    }

    private static void probe(Yaml yaml, String name, Engine engine, int seconds, long failures) {
        yaml.key(5, name)
                .key(6, "httpGet")
                .entry(7, "path", engine.healthPath())
                .entry(7, "port", "http");
        yaml.number(6, "periodSeconds", seconds).number(6, "failureThreshold", failures);
    }

    private static void service(Yaml yaml, Deployment deployment, EngineFacts facts) {
        yaml.entry(0, "apiVersion", "v1").entry(0, "kind", "Service");
        metadata(yaml, deployment, "");
        yaml.key(0, "spec").key(1, "selector").entry(2, "app.kubernetes.io/name", deployment.serviceName());
        yaml.key(1, "ports")
                .first(2, "name", "http")
                .number(3, "port", facts.port())
                .entry(3, "targetPort", "http");
    }

    private static void metadata(Yaml yaml, Deployment deployment, String suffix) {
        yaml.key(0, "metadata").entry(1, "name", deployment.serviceName() + suffix);
        yaml.key(1, "labels").entry(2, "app.kubernetes.io/name", deployment.serviceName());
    }

    private static String resource(Deployment deployment) {
        return switch (Vendor.of(deployment)) {
            case NVIDIA -> "nvidia.com/gpu";
            case AMD -> "amd.com/gpu";
            case NONE, OTHER ->
                throw new UnsupportedException("no device plugin is known for "
                        + deployment.placement().devices().getFirst().name());
        };
    }
}

package dev.weighbridge.planner.device.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupsTest {
    @TempDir
    Path root;

    @Test
    void setNoLimitWhereThereAreNone() {
        ControlGroups groups = new ControlGroups(root);

        assertThat(groups.memoryLimit()).isEmpty();
        assertThat(groups.memoryFree()).isEmpty();
        assertThat(groups.processorLimit()).isEmpty();
    }

    @Test
    void readVersionTwoWithTheGroupsAbove() throws IOException {
        file("proc/self/cgroup", "0::/user.slice/job\n");
        file("sys/fs/cgroup/user.slice/job/memory.max", "max\n");
        file("sys/fs/cgroup/user.slice/job/cpu.max", "max 100000\n");
        file("sys/fs/cgroup/user.slice/memory.max", "4294967296\n");
        file("sys/fs/cgroup/user.slice/memory.current", "1073741824\n");
        file("sys/fs/cgroup/user.slice/memory.stat", "anon 12\ninactive_file 536870912\n");
        file("sys/fs/cgroup/user.slice/cpu.max", "400000 100000\n");

        ControlGroups groups = new ControlGroups(root);

        assertThat(groups.memoryLimit()).hasValue(4294967296L);
        assertThat(groups.memoryFree()).hasValue(4294967296L - 1073741824L + 536870912L);
        assertThat(groups.processorLimit()).hasValue(4);
    }

    @Test
    void readVersionOne() throws IOException {
        file("proc/self/cgroup", "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n");
        file("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "2147483648\n");
        file("sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes", "147483648\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us", "50000\n");
        file("sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us", "100000\n");
        file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");

        ControlGroups groups = new ControlGroups(root);

        assertThat(groups.memoryLimit()).hasValue(2147483648L);
        assertThat(groups.memoryFree()).hasValue(2_000_000_000L);
        assertThat(groups.processorLimit()).hasValue(0.5);
    }

    @Test
    void fallBackToTheMountWhereThePathIsTheHosts() throws IOException {
        file("proc/self/cgroup", "4:memory:/kubepods/pod1/container2\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");

        assertThat(new ControlGroups(root).memoryLimit()).hasValue(1073741824L);
    }

    @Test
    void keepWithinTheMountWhateverThePathSays() throws IOException {
        file("proc/self/cgroup", "0::/../../../etc\nnonsense\n::\n");
        file("etc/memory.max", "1\n");
        file("sys/fs/cgroup/memory.max", "12 and more\n");

        assertThat(new ControlGroups(root).memoryLimit()).isEmpty();
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}

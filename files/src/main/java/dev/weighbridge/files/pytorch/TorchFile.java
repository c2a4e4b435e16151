package dev.weighbridge.files.pytorch;

import dev.weighbridge.files.pytorch.PickleValue.Global;
import dev.weighbridge.files.shard.Shards;
import dev.weighbridge.files.source.ByteSource;
import dev.weighbridge.model.checkpoint.Finding;
import dev.weighbridge.model.checkpoint.StoredTensor;
import dev.weighbridge.model.config.Config;
import dev.weighbridge.model.error.MalformedException;
import dev.weighbridge.model.error.UnsupportedException;
import dev.weighbridge.model.tensor.DataType;
import dev.weighbridge.model.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What one PyTorch file says: its container opened, its tensors placed.
final class TorchFile {
    private static final int HEAD_BYTES = 8;
    private static final int TAR_MAGIC_OFFSET = 257;
    private static final int SHOWN_GLOBALS = 5;

    /// Modules that a state dict names in the ordinary course.
    private static final Set<String> ORDINARY_MODULES = Set.of(
            "collections",
            "torch",
            "torch._utils",
            "torch._tensor",
            "torch.storage",
            "torch.serialization",
            "torch.nn.parameter",
            "numpy",
            "numpy.core.multiarray",
            "numpy._core.multiarray",
            "numpy.core.numeric",
            "numpy._core.numeric",
            "_codecs",
            "argparse");

    private static final Set<String> ORDINARY_BUILTINS = Set.of(
            "set",
            "frozenset",
            "bytearray",
            "complex",
            "slice",
            "range",
            "int",
            "float",
            "dict",
            "list",
            "tuple",
            "object");

    /// Modules with which a pickle can run programs or change files when it is loaded the ordinary way.
    private static final Set<String> DANGEROUS_MODULES = Set.of(
            "os",
            "posix",
            "nt",
            "sys",
            "subprocess",
            "pty",
            "shutil",
            "socket",
            "runpy",
            "importlib",
            "code",
            "builtins",
            "__builtin__",
            "webbrowser",
            "ctypes",
            "pickle",
            "asyncio",
            "multiprocessing");

    private TorchFile() {}

    /// Reads the container's directory and pickle.
    ///
    /// @param source the file
    /// @param file its index in the checkpoint
    static Shards.Contents read(ByteSource source, int file) throws IOException {
        Container container = container(source);
        StateDict stateDict = StateDict.of(container.root(), source.name());
        List<Finding> findings = new ArrayList<>(stateDict.findings());
        noteGlobals(container, source.name(), findings);
        if (container.bigEndian()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR, "", source.name() + " stores its numbers most significant byte first"));
        }
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, TensorValue> entry : stateDict.tensors().entrySet()) {
            tensors.add(stored(entry.getKey(), entry.getValue(), container, source, file, findings));
        }
        Map<String, Object> metadata = PlainValues.of(container.root());
        metadata.put("container", container.kind().name().toLowerCase(Locale.ROOT));
        return new Shards.Contents(tensors, Config.of(metadata), findings);
    }

    private static Container container(ByteSource source) throws IOException {
        if (source.size() < 2) {
            throw new MalformedException(source.name() + " has " + source.size() + " bytes, which is no PyTorch file");
        }
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD_BYTES, source.size()));
        source.readFully(0, head);
        String magic = new String(head.array(), StandardCharsets.ISO_8859_1);
        if (magic.startsWith("PK")) {
            return ZipContainer.read(source);
        }
        if (magic.startsWith("GGUF")) {
            throw new MalformedException(source.name() + " is a GGUF file under a PyTorch name", "rename it to .gguf");
        }
        if (magic.startsWith("version ")) {
            throw new MalformedException(
                    source.name() + " is a Git LFS pointer, not the file it stands for", "run git lfs pull");
        }
        if (isTar(source)) {
            throw new UnsupportedException(
                    source.name() + " is in the tar format of PyTorch 0.1; zip and legacy pickles are known",
                    "load it with PyTorch and save it again");
        }
        if ((head.get(0) & 0xFF) != 0x80 && "(]})lcdN".indexOf(magic.charAt(0)) < 0) {
            throw new MalformedException(
                    source.name() + " is no PyTorch file: it begins with neither a zip nor a pickle");
        }
        return LegacyContainer.read(source);
    }

    private static boolean isTar(ByteSource source) throws IOException {
        if (source.size() < 512) {
            return false;
        }
        ByteBuffer magic = ByteBuffer.allocate(5);
        source.readFully(TAR_MAGIC_OFFSET, magic);
        return new String(magic.array(), StandardCharsets.ISO_8859_1).equals("ustar");
    }

    private static void noteGlobals(Container container, String file, List<Finding> findings) {
        List<String> dangerous = new ArrayList<>();
        List<String> foreign = new ArrayList<>();
        for (Global global : container.globals()) {
            if (isOrdinary(global) || (container.kind() == Container.Kind.TORCHSCRIPT && isTorchScript(global))) {
                continue;
            }
            String module = global.module().split("\\.", 2)[0];
            (DANGEROUS_MODULES.contains(module) ? dangerous : foreign).add(global.qualified());
        }
        if (!dangerous.isEmpty()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    file + " would run " + shown(dangerous)
                            + " when loaded with torch.load(weights_only=False); it was not run here"));
        }
        if (!foreign.isEmpty()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR,
                    "",
                    file + " needs " + shown(foreign)
                            + " to be loaded; what they would have made was read as plain data"));
        }
    }

    private static boolean isOrdinary(Global global) {
        boolean builtin = global.module().equals("builtins") || global.module().equals("__builtin__");
        return builtin ? ORDINARY_BUILTINS.contains(global.name()) : ORDINARY_MODULES.contains(global.module());
    }

    private static boolean isTorchScript(Global global) {
        return global.module().startsWith("__torch__") || global.module().startsWith("torch.jit");
    }

    private static String shown(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(SHOWN_GLOBALS, names.size())));
        return names.size() <= SHOWN_GLOBALS ? shown : shown + " and " + (names.size() - SHOWN_GLOBALS) + " more";
    }

    private static StoredTensor stored(
            String name, TensorValue tensor, Container container, ByteSource source, int file, List<Finding> findings)
            throws IOException {
        try {
            return switch (tensor) {
                case TensorValue.View view -> view(name, view, container, source, file, findings);
                case TensorValue.Inline array -> inline(name, array, source, file, findings);
                case TensorValue.Meta meta -> {
                    findings.add(new Finding(
                            Finding.Kind.IRREGULAR, name, name + " is on the meta device: a shape without data"));
                    meta.shape().elements();
                    yield new StoredTensor(name, meta.dataType(), meta.shape(), file, 0, 0);
                }
            };
        } catch (ArithmeticException e) {
            throw new MalformedException(
                    source.name() + ": tensor " + name + " of shape " + tensor.shape() + " is larger than any file");
        }
    }

    private static StoredTensor view(
            String name,
            TensorValue.View view,
            Container container,
            ByteSource source,
            int file,
            List<Finding> findings)
            throws IOException {
        Storage storage = view.storage();
        view.shape().elements();
        int elementBytes = view.dataType().blockBytes();
        long first = Math.multiplyExact(view.offsetElements(), elementBytes);
        long bytes = Math.multiplyExact(view.extentElements(), elementBytes);
        long viewOffset = storage.offsetElements() * storage.dataType().blockBytes();
        if (Math.addExact(Math.addExact(first, bytes), viewOffset) > storage.bytes()) {
            throw new MalformedException(source.name() + ": tensor " + name + " of shape " + view.shape()
                    + " reaches beyond storage " + storage.key() + " of " + storage.bytes() + " bytes");
        }
        if (!view.isContiguous()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR, name, name + " is a view whose elements do not follow one another"));
        }
        long offset = container.storages().offset(storage) + viewOffset + first;
        return new StoredTensor(name, view.dataType(), shape(view), file, offset, bytes);
    }

    /// `float4_e2m1fn_x2` counts pairs of elements; the shape here counts elements.
    private static Shape shape(TensorValue.View view) {
        if (view.dataType() != DataType.F4 || view.shape().rank() == 0) {
            return view.shape();
        }
        long[] dimensions = view.shape().toArray();
        dimensions[dimensions.length - 1] = Math.multiplyExact(dimensions[dimensions.length - 1], 2);
        return Shape.of(dimensions);
    }

    private static StoredTensor inline(
            String name, TensorValue.Inline array, ByteSource source, int file, List<Finding> findings) {
        long bytes = array.dataType().bytes(array.shape().elements());
        long length = array.data().length();
        // As Latin-1 text in UTF-8, which is how protocol 2 writes bytes, each byte takes one or two.
        boolean fits = array.data().text() ? length >= bytes && length / 2 <= bytes : length == bytes;
        if (!fits) {
            throw new MalformedException(source.name() + ": array " + name + " of shape " + array.shape() + " has "
                    + length + " bytes where " + bytes + " are needed");
        }
        if (array.data().text()) {
            findings.add(new Finding(
                    Finding.Kind.IRREGULAR, name, name + " is a NumPy array whose bytes are written as text"));
        }
        return new StoredTensor(
                name, array.dataType(), array.shape(), file, array.data().offset(), length);
    }
}

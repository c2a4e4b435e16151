import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Gives the classes of a jar that are older than Java 6 the form of Java 8 ones. Picocli is compiled for Java 5; such
/// classes have no stack maps, so the JVM leaves them out of its cache of loaded classes and verifies each anew, with its
/// old verifier: half the time of a short command.
final class RaiseClassVersions {

    private static final int JAVA_6 = 50;

    /// Changes nothing; but a method that is only passed on keeps its bytes and gets no stack map.
    private static final ClassTransform CODE_WRITTEN_ANEW =
            ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);

    private final ClassFile format;

    private RaiseClassVersions(ClassLoader jar) {
        ClassHierarchyResolver types = ClassHierarchyResolver.ofResourceParsing(jar);
        format = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(types));
    }

    static void main(String[] jars) throws IOException {
        for (String argument : jars) {
            Path jar = Path.of(argument);
            Path raised = Path.of(argument + ".raised");
            try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                    ZipInputStream in = new ZipInputStream(Files.newInputStream(jar));
                    OutputStream out = Files.newOutputStream(raised)) {
                new RaiseClassVersions(classes).raise(in, out);
            }
            Files.move(raised, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void raise(ZipInputStream in, OutputStream out) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readAllBytes();
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(entry.getName().endsWith(".class") ? raised(bytes) : bytes);
            }
        }
    }

    private byte[] raised(byte[] bytes) {
        ClassModel old = format.parse(bytes);
        return old.majorVersion() >= JAVA_6
                ? bytes
                : format.transformClass(old, CODE_WRITTEN_ANEW.andThen(RaiseClassVersions::toJava8));
    }

    private static void toJava8(ClassBuilder builder, ClassElement element) {
        if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
        } else {
            builder.with(element);
        }
    }
}

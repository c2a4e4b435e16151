package dev.weighbridge.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The plan of the house held against its classes. Lives in the uppermost room because that one sees all others.
class ArchitectureTest {

    private static final String HOUSE = "dev.weighbridge.";

    private static final String[] LIBRARY = {HOUSE + "model..", HOUSE + "files..", HOUSE + "planner.."};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.weighbridge");

    @Test
    void roomsKnowOnlyTheRoomsBelow() {
        check(layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(HOUSE + "(*)..")
                .withOptionalLayers(true)
                .layer("model")
                .definedBy(HOUSE + "model..")
                .layer("files")
                .definedBy(HOUSE + "files..")
                .layer("planner")
                .definedBy(HOUSE + "planner..")
                .layer("engine")
                .definedBy(HOUSE + "engine..")
                .layer("trainer")
                .definedBy(HOUSE + "trainer..")
                .layer("gateway")
                .definedBy(HOUSE + "gateway..")
                .layer("cli")
                .definedBy(HOUSE + "cli..")
                .whereLayer("model")
                .mayNotAccessAnyLayer()
                .whereLayer("files")
                .mayOnlyAccessLayers("model")
                .whereLayer("planner")
                .mayOnlyAccessLayers("model", "files")
                .whereLayer("engine")
                .mayOnlyAccessLayers("model", "files")
                .whereLayer("trainer")
                .mayOnlyAccessLayers("model", "files", "planner", "engine")
                .whereLayer("gateway")
                .mayOnlyAccessLayers("model", "files", "planner", "engine", "trainer")
                .because("a plan and an engine that do not know each other can be held against each other"));
    }

    @Test
    void packagesFormNoCycle() {
        check(slices().matching(HOUSE + "(**)")
                .should()
                .beFreeOfCycles()
                .because("a package that can be read without the ones above it can be understood at one reading"));
    }

    @Test
    void packagesAreNamedForTheDomain() {
        check(noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..impl..", "..service..", "..dto..", "..core..")
                .because("such a name does not say what is inside"));
    }

    @Test
    void packagesAreNullMarked() {
        check(classes()
                .should(satisfy(
                        "be in a package that is @NullMarked",
                        type -> type.getPackage().isAnnotatedWith(NullMarked.class)))
                .because("an unmarked package is not checked for null"));
    }

    @Test
    void internalPackagesAreTheirRoomsOwn() {
        check(classes()
                .should(new ArchCondition<JavaClass>("use no other room's internal packages") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getDirectDependenciesFromSelf().stream()
                                .filter(dependency -> isInternal(dependency.getTargetClass()))
                                .filter(dependency ->
                                        !roomOf(dependency.getTargetClass()).equals(roomOf(type)))
                                .forEach(dependency ->
                                        events.add(SimpleConditionEvent.violated(type, dependency.getDescription())));
                    }
                })
                .because("what is internal may change without asking the other rooms"));
    }

    @Test
    void theLibraryShowsOnlyItsOwnTypesAndJavas() {
        check(classes()
                .that()
                .resideInAnyPackage(LIBRARY)
                .and(describe("are seen by other rooms", ArchitectureTest::isSeenByOtherRooms))
                .should(new ArchCondition<JavaClass>("show no third-party type") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        shownBy(type)
                                .filter(ArchitectureTest::isThirdParty)
                                .distinct()
                                .forEach(shown -> events.add(SimpleConditionEvent.violated(
                                        type, type.getName() + " shows " + shown.getName())));
                    }
                })
                .because("a library behind the door can be replaced, one in a signature cannot"));
    }

    @Test
    void staticFieldsAreFinal() {
        check(fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("state has one owner, and two runs in one process must not meet"));
    }

    @Test
    void onlyTheEdgeReadsTheEnvironment() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(HOUSE + "cli..", HOUSE + "gateway..", HOUSE + "bench..")
                .should()
                .callMethodWhere(
                        describe("reads the environment or a system property", ArchitectureTest::readsEnvironment))
                .because("what a class needs comes through its constructor"));
    }

    @Test
    void theModelDoesNoInputOrOutput() {
        check(noClasses()
                .that()
                .resideInAnyPackage(HOUSE + "model..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net.."))
                .because("a model can be weighed wherever its description comes from"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    private static ArchCondition<JavaClass> satisfy(String description, Predicate<JavaClass> predicate) {
        return ArchCondition.from(describe(description, predicate));
    }

    private static boolean isInternal(JavaClass type) {
        return type.getPackageName().startsWith(HOUSE)
                && Set.of(type.getPackageName().split("\\.")).contains("internal");
    }

    private static String roomOf(JavaClass type) {
        return type.getPackageName().split("\\.")[2];
    }

    private static boolean isSeenByOtherRooms(JavaClass type) {
        return !isInternal(type)
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass()
                        .map(ArchitectureTest::isSeenByOtherRooms)
                        .orElse(true);
    }

    private static Stream<JavaClass> shownBy(JavaClass type) {
        Stream<JavaType> supertypes = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        Stream<JavaClass> members = type.getMembers().stream()
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED))
                .flatMap(ArchitectureTest::shownBy);
        return Stream.concat(supertypes.flatMap(supertype -> supertype.getAllInvolvedRawTypes().stream()), members);
    }

    private static Stream<JavaClass> shownBy(JavaMember member) {
        Stream<JavaClass> thrown =
                member instanceof JavaCodeUnit unit ? unit.getExceptionTypes().stream() : Stream.empty();
        return Stream.concat(member.getAllInvolvedRawTypes().stream(), thrown);
    }

    private static boolean isThirdParty(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        return !element.isPrimitive()
                && !element.getPackageName().startsWith("java.")
                && !element.getPackageName().startsWith(HOUSE);
    }

    private static boolean readsEnvironment(JavaCall<?> call) {
        CodeUnitCallTarget target = call.getTarget();
        String method = target.getOwner().getSimpleName() + "." + target.getName();
        return target.getOwner().getPackageName().equals("java.lang")
                && Set.of(
                                "System.getenv",
                                "System.getProperty",
                                "System.getProperties",
                                "Boolean.getBoolean",
                                "Integer.getInteger",
                                "Long.getLong")
                        .contains(method);
    }
}

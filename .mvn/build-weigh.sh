# shellcheck shell=sh disable=SC2154
# Sourced by ./weigh when it is stale: builds the jars, puts them into one place and records which classes the usual
# commands load (JEP 514), so that they need not be found, parsed and checked again. Ends with a sentence if it cannot.

log=$root/cli/target/weigh-build.log
built=$root/cli/target/quick

compile() {
    commit=$(git -C "$root" describe --always --dirty --abbrev=7 --exclude='*' 2>/dev/null) || commit=
    rm -rf "${built:?}/lib" "$built/done"
    {
        (cd "$root" && ./mvnw -B -ntp -T 2 -Dquick -Dmaven.test.skip=true -Dweighbridge.commit="$commit" -pl cli -am package) &&
            : >"$built/done"
    } 2>&1 | tee "$log" | while read -r line; do
        case $line in
        *'Building Weighbridge '[a-z]*)
            module=${line#*Building Weighbridge }
            printf ' %s' "${module%% *}" >&2
            ;;
        esac
    done
    [ -e "$built/done" ] && return
    printf ' failed.\n\n' >&2
    grep -m 12 '^\[ERROR\]' "$log" >&2 || tail -n 4 "$log" >&2
    printf '\nweigh: building Weighbridge failed.\n\nhint: the whole log is %s\n' "$log" >&2
    exit 70
}

# Removed and not overwritten: a weigh that is still running keeps the jars it has open.
install() {
    rm -rf "$place"
    mkdir -p "$place"
    cp -R "$built/weighbridge-cli.jar" "$built/lib" "$place"
}

record() {
    printf ' starting' >&2
    {
        "$JAVA_HOME/bin/java" "$root/.mvn/RaiseClassVersions.java" "$place"/lib/picocli-*.jar
        # shellcheck disable=SC2086
        "$JAVA_HOME/bin/java" $java_flags -XX:AOTCacheOutput="$cache" -jar "$jar" warm-up
    } >>"$log" 2>&1
    # A JVM that cannot record runs without: slower to start, and not to be asked again.
    [ -e "$cache" ] || : >"$cache"
}

build() {
    why='its sources have changed'
    [ -e "$place/stamp" ] || why='first use, about a minute'
    printf 'Building Weighbridge (%s):' "$why" >&2
    # Dated before the sources are read: what is edited meanwhile is built the next time.
    : >"$root/cli/target/weigh-stamp"
    compile
    install
    record
    mv "$root/cli/target/weigh-stamp" "$place/stamp"
    printf ', done.\n' >&2
}

mkdir -p "$built"
exec 9>"$root/cli/target/weigh.lock"
# macOS has no flock: there, two first uses at the same moment may disturb each other.
if command -v flock >/dev/null && ! flock -n 9; then
    echo 'Waiting for another build of Weighbridge …' >&2
    flock 9
fi
if is_stale; then
    build 9>&-
fi
exec 9>&-

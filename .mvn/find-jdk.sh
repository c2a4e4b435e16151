# shellcheck shell=sh
# Sourced by ./mvnw and ./weigh: sets JAVA_HOME to a JDK 25 or newer and jdk_version to its version, or ends with a clear
# sentence. Reads each candidate's `release` file: asking javac itself would cost half a second a candidate.

is_jdk() {
    [ -n "$1" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r key value; do
        [ "$key" = JAVA_VERSION ] || continue
        jdk_version=${value#\"}
        jdk_version=${jdk_version%%\"*}
        major=${jdk_version%%[!0-9]*}
        [ "${major:-0}" -ge 25 ] && return 0
        return 1
    done <"$1/release"
    return 1
}

find_jdk() {
    for candidate in "${JAVA_HOME:-}" "${JAVA_HOME_25_X64:-}" "${JAVA_HOME_25_ARM64:-}" \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
        "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
        if is_jdk "$candidate"; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return
        fi
    done
    cat >&2 <<'SENTENCE'
Weighbridge needs a JDK 25 or newer, and none was found.

hint: install one (https://adoptium.net/temurin/releases/?version=25) and set JAVA_HOME to its folder if it is still not found.
SENTENCE
    exit 1
}

find_jdk

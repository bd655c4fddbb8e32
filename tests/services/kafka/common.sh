# Shared by fetch, start, stop, tool and watch; sourced, not run.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() { echo "kafka: $*" >&2; exit 1; }

# Java 17 is the oldest that runs a Kafka 4 broker.
need_java() {
  command -v java >/dev/null || die "no java found; install one (apt-get install default-jre-headless), or run tests/all, which does"
  local v; v=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1)
  [ "${v:-0}" -ge 17 ] || die "java ${v:-of an unknown version} found, Kafka 4 needs 17 or newer; install one (apt-get install default-jre-headless)"
}

# libs/.version is written last, by a fetch that came through.
fetched() { [ "$(cat "$here/libs/.version" 2>/dev/null)" = "$(wanted_version)" ]; }
wanted_version() { sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$here/pom.xml"; }
need_libs() { fetched || die "Apache Kafka $(wanted_version) is not in $here/libs; run $here/fetch, or tests/all, which does"; }

# jvm HEAP LEVEL: the command every Kafka class is started with, in the array `jvm`.
jvm() {
  jvm=(java "-Xmx$1" -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -Xshare:auto -Djava.awt.headless=true
       "-Dkafka.log.level=$2" "-Dlog4j2.configurationFile=$here/log4j2.xml" -cp "$here/libs/*")
}

# alive PID: it runs. A process that ended but was not collected by its parent (in a container without an init) does not.
alive() {
  [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null || return 1
  [ ! -r "/proc/$1/stat" ] || ! sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | grep -q '^[ZX]'
}

# node_pid NODE_DIR: the process id of that node's broker when it runs. The command line is looked at, because ids are used again.
node_pid() {
  local pid; pid=$(cat "$1/pid" 2>/dev/null) || return 1
  alive "$pid" || return 1
  [ ! -r "/proc/$pid/cmdline" ] || tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF "$1/server.properties" || return 1
  echo "$pid"
}

#!/usr/bin/env bash
# Runs every test, installing what they need. Idempotent. Last line: "N passed, M failed, K skipped".
#
#   bash tests/run.sh [--filter EXPRESSION]     an xunit filter, for example FullyQualifiedName~Readings
#
# Needs the .NET SDK, Node and, to install missing programs, apt with root (or passwordless sudo).
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD
filter=()
while [ $# -gt 0 ]; do
  case "$1" in
    --filter) filter=(--filter "$2"); shift 2 ;;
    -h|--help) sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    *) echo "tests/run.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s\n' "$*"; }

# Programs the tests use as real peers. A test whose program is still absent skips and says so.
declare -A packages=(
  [mosquitto]=mosquitto
  [mosquitto_pub]=mosquitto-clients
  [chromium]=chromium
  [python3]=python3
  [victoria-metrics]=victoria-metrics
  [influxd]=influxdb
  [strace]=strace
  [faketime]=faketime
  [xfs_io]=xfsprogs
)
missing=()
for program in "${!packages[@]}"; do
  command -v "$program" >/dev/null 2>&1 || [ -x "/usr/sbin/$program" ] || missing+=("${packages[$program]}")
done
[ -e /usr/lib/python3/dist-packages/paho/mqtt/client.py ] || missing+=(python3-paho-mqtt)
{ [ -e /usr/lib/python3/dist-packages/pymodbus/server ] && [ -e /usr/lib/python3/dist-packages/serial_asyncio ]; } || missing+=(python3-pymodbus python3-serial python3-serial-asyncio)
ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
# While restore and build go on, which need none of them.
installing=
if [ ${#missing[@]} -gt 0 ]; then
  step "installing ${missing[*]}, beside the build"
  sudo=; [ "$(id -u)" = 0 ] || sudo="sudo -n"
  export DEBIAN_FRONTEND=noninteractive
  installed=$(mktemp)
  { $sudo apt-get update -q && $sudo apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$installed" 2>&1 </dev/null &
  installing=$!
fi
finish_installing() {
  [ -n "$installing" ] || return 0
  wait "$installing" || { tail -n 5 "$installed"; echo "could not install all of ${missing[*]}; the tests that need them will skip and say so"; }
  rm -f "$installed"
  # Debian starts the servers it installs; the tests start their own on free ports.
  for server in mosquitto victoria-metrics influxdb; do
    if command -v systemctl >/dev/null 2>&1 && systemctl is-active --quiet "$server" 2>/dev/null; then $sudo systemctl stop "$server" || true; fi
  done
}

for program in dotnet node npm; do
  command -v "$program" >/dev/null 2>&1 || { finish_installing; echo "tests/run.sh: $program is not installed (README: what you need)"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

step "restore"
dotnet restore SensorGrid.sln -v quiet || { finish_installing; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
step "build"
dotnet build SensorGrid.sln -c Release --no-restore -v quiet -nodeReuse:false || { finish_installing; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

step "MQTT.js and sparkplug-client, peers of the tests"
# Outside of the sources, so that nothing of it is committed or found by a build; a test without one skips and says so.
for name in mqtt-js sparkplug-js; do
  peer=$root/artifacts/peers/$name
  mkdir -p "$peer"
  if ! cmp -s "tests/SensorGrid.Ingest.Service.Tests/Peers/$name/package-lock.json" "$peer/installed.json"; then
    cp "tests/SensorGrid.Ingest.Service.Tests/Peers/$name"/{package.json,package-lock.json,.npmrc} "$peer/"
    (cd "$peer" && npm ci --ignore-scripts --silent && cp package-lock.json installed.json) || echo "could not install $name; the tests that need it will skip and say so"
  fi
done

finish_installing

results=$root/artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
passed=0 failed=0 skipped=0

add_trx() { # file
  local counters
  counters=$(grep -o '<Counters [^>]*>' "$1" | head -n 1)
  local total ok bad
  total=$(sed -n 's/.* total="\([0-9]*\)".*/\1/p' <<<"$counters")
  ok=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
  bad=$(sed -n 's/.* failed="\([0-9]*\)".*/\1/p' <<<"$counters")
  passed=$((passed + ok)); failed=$((failed + bad)); skipped=$((skipped + total - ok - bad))
}

# Which tests ended in a way, and why.
tell() { # file, outcome, heading
  grep -q "outcome=\"$2\"" "$1" || return 0
  echo "$3"
  python3 - "$1" "$2" <<'PY' || true
import sys, xml.etree.ElementTree as tree
space = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
for result in tree.parse(sys.argv[1]).getroot().iterfind(".//t:UnitTestResult[@outcome='%s']" % sys.argv[2], space):
    parts = [result.find(".//t:" + name, space) for name in ("Message", "StackTrace")]
    text = "\n".join((part.text or "").strip() for part in parts if part is not None)
    print("  -", result.get("testName"), ":", (text or "no reason given").replace("\n", "\n      ")[:4000])
PY
}

# A test host that dies without a word (a signal, a fault in a native library) leaves a report of its threads; no memory is dumped.
export DOTNET_DbgEnableMiniDump=1 DOTNET_EnableCrashReportOnly=1 DOTNET_DbgMiniDumpName="$results/crash.%p"

# Where it died: the stack of the thread that the signal came to.
tell_crashes() {
  local report
  for report in "$results"/*.crashreport.json; do
    [ -f "$report" ] || continue
    echo "crashed: ${report##*/}"
    python3 - "$report" <<'PY' || true
import json, sys
payload = json.load(open(sys.argv[1], encoding="utf-8", errors="replace"))["payload"]
print(" ", payload.get("process_name"))
for thread in payload.get("threads", []):
    if thread.get("crashed") != "true":
        continue
    for key in ("managed_exception_type", "managed_exception_object"):
        if key in thread: print("  ", key, thread[key])
    for frame in thread.get("stack_frames", [])[:40]:
        print("    at", frame.get("method_name") or frame.get("unmanaged_name") or frame.get("native_image_offset"), frame.get("filename") or frame.get("native_module") or "")
PY
    rm -f "$report"
  done
}

# A run that was ended from outside leaves no result file: what its tests printed says how far it came and what it waited for.
tell_unfinished() { # file
  printf '  %s tests had ended. The last of them, and what ran longer than four minutes:\n' "$(grep -cE '^ *(Passed|Failed|Skipped) ' "$1")"
  grep -E '^ *(Passed|Failed|Skipped) ' "$1" | tail -n 12
  grep 'Long Running Test' "$1" | sed "s/.*'\\(.*\\)'.*/\\1/" | sort | uniq -c
}

# The console's tests wait for a browser most of the time: they run beside the last of the others, of which the first compute and the rest wait for disks.
console=
start_console() {
  (cd ingest/console && exec timeout -k 10 900 npm test --silent) >"$results/console.log" 2>&1 </dev/null &
  console=$!
  # A run that is broken off takes them along: what runs in the background does not hear the keyboard.
  trap 'kill "$console" 2>/dev/null' EXIT
}

for project in tests/*.Tests/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  if [ "$name" = SensorGrid.Readings.Tests ] && [ ${#filter[@]} -eq 0 ] && [ -d ingest/console/node_modules ]; then start_console; fi
  step "$name"
  # A hung test ends the run with its name instead of hanging it.
  printed=$results/$name.log
  timeout -k 10 1200 dotnet test "$project" -c Release --no-build --nologo "${filter[@]}" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=normal" --results-directory "$results" --blame-hang-timeout 8min --blame-hang-dump-type none \
    -- xUnit.DiagnosticMessages=true xUnit.LongRunningTestSeconds=240 >"$printed" 2>&1
  status=$?
  if [ -f "$results/$name.trx" ]; then
    before=$failed
    add_trx "$results/$name.trx"
    # A run that ended badly without naming a failed test (crash, time-out) is a failure of its own.
    [ $status -eq 0 ] || [ "$failed" -gt "$before" ] || { failed=$((failed + 1)); tail -n 20 "$printed"; tell_unfinished "$printed"; tell_crashes; }
    tell "$results/$name.trx" Failed "failed in $name:"
    tell "$results/$name.trx" NotExecuted "skipped in $name:"
    grep '^ *Total time:' "$printed"
    grep -o '<Counters [^>]*>' "$results/$name.trx" | head -n 1 | sed 's/.*total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)" failed="\([0-9]*\)".*/ total \1, passed \3, failed \4/'
  elif [ $status -ne 0 ]; then
    echo "$name: no result file (exit code $status)"
    failed=$((failed + 1))
    tail -n 5 "$printed"
    tell_unfinished "$printed"
    tell_crashes
  fi
done

if [ ${#filter[@]} -eq 0 ]; then
  step "console (node --test)"
  if [ -d ingest/console/node_modules ]; then
    [ -n "$console" ] || start_console
    wait "$console"; status=$?
    trap - EXIT
    # What failed may stand far above the end.
    awk '/^ *not ok /{show=1} /^ *(ok |# Subtest)/{show=0} show' "$results/console.log" | head -n 200
    tail -n 12 "$results/console.log"
    ok=$(sed -n 's/^# pass \([0-9]*\)$/\1/p; s/^ℹ pass \([0-9]*\)$/\1/p' "$results/console.log" | tail -n 1)
    bad=$(sed -n 's/^# fail \([0-9]*\)$/\1/p; s/^ℹ fail \([0-9]*\)$/\1/p' "$results/console.log" | tail -n 1)
    skip=$(sed -n 's/^# skipped \([0-9]*\)$/\1/p; s/^ℹ skipped \([0-9]*\)$/\1/p' "$results/console.log" | tail -n 1)
    passed=$((passed + ${ok:-0})); failed=$((failed + ${bad:-0})); skipped=$((skipped + ${skip:-0}))
    [ $status -eq 0 ] || [ "${bad:-0}" -gt 0 ] || failed=$((failed + 1))
  else
    echo "the console was not built: no ingest/console/node_modules"
    failed=$((failed + 1))
  fi
fi

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

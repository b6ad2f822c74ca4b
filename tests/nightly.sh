#!/usr/bin/env bash
# Longer runs than a commit waits for, one line for each when it is over:
#
#   replayed kills   fifty kills instead of twenty, embedded broker and mosquitto
#   kills            three hundred kills under twenty publishing gateways
#   system calls     kills at each of the first forty system calls of a kind while segments roll and are trimmed
#   power cuts       twenty on an ext4 file system in a file (root, loop device, xfs_io)
#   slow disk        each sync takes 300 ms, then 3 s (strace)
#   clock            the process's clock set by an hour and a day, forward and back (libfaketime)
#   backlog          a link that was down, its outbox drained across a kill of the service: what happened meanwhile is recorded
#   long log         ten million records in the log: rebuilt from nothing, then killed and started
#   gb26875          a million spoiled packets of GB/T 26875.3; 50,000 lives of a device and a centre over a bad line
#   sl651 frames     a million spoiled frames of SL 651
#   hj212 frames     a million spoiled packets of HJ 212
#   load             a minute of load beside a peer
#
#   bash tests/nightly.sh [STEP …]      all, or those whose names are given ("power cuts")
#
# Needs what tests/run.sh needs; run that first, it installs it. A step whose tools are absent says so and is skipped.
# Ends with "nightly: passed" or "nightly: FAILED" and how long it took.
set -u
cd "$(dirname "$0")/.." || exit 1
case "${1:-}" in
  -h|--help) sed -n '2,20p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
  -*) echo "tests/nightly.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
esac
steps=("replayed kills" "kills" "system calls" "power cuts" "slow disk" "clock" "backlog" "long log" "gb26875" "sl651 frames" "hj212 frames" "load")
wanted=("$@")
for name in "${wanted[@]}"; do
  printf '%s\n' "${steps[@]}" | grep -qxF "$name" || { echo "tests/nightly.sh: no step is called '$name' (see --help)" >&2; exit 2; }
done
status=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 SENSORGRID_NIGHTLY=1

step() { # name, seconds it may take, command …
  local name=$1 limit=$2 began=$SECONDS out
  shift 2
  [ ${#wanted[@]} -eq 0 ] || printf '%s\n' "${wanted[@]}" | grep -qxF "$name" || return 0
  out=$(mktemp)
  timeout -k 10 "$limit" "$@" >"$out" 2>&1
  local code=$?
  # What the tests measured: the lines behind "Standard Output Messages", and why a test was skipped.
  sed -n '/Standard Output Messages:/,/^$/p; /Skipped:/,/^$/p; /\[SKIP\]/p' "$out" | grep -v 'Standard Output Messages:' | grep -v '^ *$' | sed 's/^ */   /'
  if [ $code -eq 0 ]; then
    echo "== $name: passed, $((SECONDS - began)) s"
  else
    tail -n 40 "$out"
    echo "== $name: FAILED (exit code $code), $((SECONDS - began)) s"
    status=1
  fi
  rm -f "$out"
}

tests() { # project, filter
  dotnet test "tests/$1" -c Release --no-build --nologo --logger 'console;verbosity=detailed' --filter "$2"
}
export -f tests

echo "== build"
dotnet build SensorGrid.sln -c Release -v quiet || { echo "nightly: FAILED"; exit 1; }

step "replayed kills" 3600 env SENSORGRID_TEST_KILLS=50 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~CrashTests'
step "kills" 3600 env SENSORGRID_TEST_ROUNDS=300 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~KillUnderLoadTests'
step "system calls" 1800 env SENSORGRID_TEST_CALLS=40 bash -c 'tests SensorGrid.ReadingLog.Tests FullyQualifiedName~KillBetweenCallsTests'
step "power cuts" 1800 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~PowerCutTests'
step "slow disk" 900 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~SlowDiskTests'
step "clock" 900 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~ClockStepTests'
step "backlog" 900 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~BacklogTests'
step "long log" 3600 bash -c 'tests SensorGrid.EndToEnd.Tests FullyQualifiedName~LongLogTests'
step "gb26875" 900 env SENSORGRID_TEST_FRAMES=1000000 SENSORGRID_TEST_ROUNDS=50000 \
  bash -c 'tests SensorGrid.FieldProtocols.Tests "FullyQualifiedName~Gb26875FuzzTests|FullyQualifiedName~Gb26875LineTests"'
step "sl651 frames" 900 env SENSORGRID_TEST_FRAMES=1000000 bash -c 'tests SensorGrid.FieldProtocols.Tests FullyQualifiedName~Sl651FuzzTests'
step "hj212 frames" 900 env SENSORGRID_TEST_FRAMES=1000000 bash -c 'tests SensorGrid.FieldProtocols.Tests FullyQualifiedName~Hj212FuzzTests'
step "load" 600 dotnet run -c Release --no-build --project benches/SensorGrid.Benches.Load -- --seconds 60 --peer mosquitto

[ $status -eq 0 ] && echo "nightly: passed, $SECONDS s" || echo "nightly: FAILED, $SECONDS s"
exit $status

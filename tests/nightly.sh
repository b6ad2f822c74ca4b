#!/usr/bin/env bash
# Longer runs than a commit waits for: fifty kills instead of twenty, and a minute of load beside a peer.
# Ends with "nightly: passed" or "nightly: FAILED".
#
#   bash tests/nightly.sh
#
# Needs what tests/run.sh needs; run that first, it installs it.
set -u
cd "$(dirname "$0")/.." || exit 1
case "${1:-}" in
  "") ;;
  -h|--help) sed -n '2,7p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
  *) echo "tests/nightly.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
esac
status=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

echo "== build"
dotnet build SensorGrid.sln -c Release -v quiet || { echo "nightly: FAILED"; exit 1; }

echo "== fifty kills, embedded broker and mosquitto"
SENSORGRID_TEST_KILLS=50 timeout -k 10 3600 dotnet test tests/SensorGrid.EndToEnd.Tests -c Release --no-build --nologo \
  --filter FullyQualifiedName~CrashTests || status=1

echo "== load"
timeout -k 10 600 dotnet run -c Release --no-build --project benches/SensorGrid.Benches.Load -- --seconds 60 --peer mosquitto || status=1

[ $status -eq 0 ] && echo "nightly: passed" || echo "nightly: FAILED"
exit $status

#!/usr/bin/env bash
# Ours and every peer, in both shapes (packs of 20; single readings), and one table in Markdown, ready for benches/README.md. The last line says how it
# ended.
#
#   bash benches/peers/run-all.sh [--seconds 30] [--step-seconds 5] [--gateways 100] [--in-flight 20] [--peers "NAME NAME…"] [--data DIR] [--no-install]
#
#   --seconds        measured time of each result
#   --step-seconds   measured time of each step while the highest rate that is stored is looked for (ten steps or so for each)
#   --peers          by default all that peer.sh list names
#   --data           folder for data and logs, on the disk to be measured (default artifacts/peers/run)
#   --no-install     everything is there already: no apt, npm or build
#
# Needs the .NET SDK, Node, and to install missing programs apt with root (or passwordless sudo). With 30 s it takes half an hour or so. Run it on a
# quiet machine: only ratios within one run mean anything. Can be run again at any time.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=30 step=5 gateways=100 in_flight=20 data=$PWD/artifacts/peers/run install=yes peers=$(bash benches/peers/peer.sh list | tr '\n' ' ')
while [ $# -gt 0 ]; do
  case "$1" in
    --no-install) install=no; shift; continue ;;
    -h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    --seconds|--step-seconds|--gateways|--in-flight|--peers|--data) [ $# -ge 2 ] || { echo "run-all.sh: $1 needs a value (see --help)" >&2; exit 2; } ;;
    *) echo "run-all.sh: unknown option $1 (see --help)" >&2; exit 2 ;;
  esac
  case "$1" in
    --seconds) seconds=$2 ;;
    --step-seconds) step=$2 ;;
    --gateways) gateways=$2 ;;
    --in-flight) in_flight=$2 ;;
    --peers) peers=$2 ;;
    --data) data=$2 ;;
  esac
  shift 2
done
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
read -ra names <<<"$peers"
load=benches/SensorGrid.Benches.Load/bin/Release/net10.0/SensorGrid.Benches.Load.dll
mkdir -p "$data" || { echo "run-all.sh: FAILED: --data $data cannot be made"; exit 1; }

if [ $install = yes ]; then
  bash benches/peers/peer.sh install "${names[@]}" || { echo "run-all.sh: FAILED: a peer could not be installed"; exit 1; }
  dotnet build -c Release -v quiet benches/SensorGrid.Benches.Load || { echo "run-all.sh: FAILED: the load program does not build"; exit 1; }
fi
# Whatever happens, no peer stays behind.
stop_peers() { local name; for name in "${names[@]}"; do bash benches/peers/peer.sh stop --folder "$data/peer-$name" >/dev/null; done; }
trap stop_peers EXIT

status=0
for pack in 20 1; do
  echo "== $([ $pack = 1 ] && echo "single readings" || echo "packs of $pack")"
  dotnet "$load" --gateways "$gateways" --in-flight "$in_flight" --pack $pack --seconds "$seconds" --step-seconds "$step" --data "$data" --table \
    --peer "${names[@]}" 2>&1 | tee "$data/pack-$pack.log"
  [ "${PIPESTATUS[0]}" -eq 0 ] || status=1
done

echo
echo "Measured $(date -u +%Y-%m-%d), $(nproc) cores, $seconds s each:"
echo
# The head of the table once, then the rows of both shapes.
grep -h '^|' "$data/pack-20.log" "$data/pack-1.log" | awk '!/^\| shape / && !/^\|---/ || !seen[$0]++'
echo
[ $status -eq 0 ] && echo "run-all.sh: all of them ran" || echo "run-all.sh: FAILED: see \"did not run\" above, and the logs in $data"
exit $status

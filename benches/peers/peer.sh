#!/usr/bin/env bash
# Starts and stops what a user would pick instead of SensorGrid, on loopback and free ports. The last line says how it ended.
#
#   peer.sh install [NAME…]                       what the peers need: Debian packages (apt, root or sudo -n) and Node-RED (npm, into artifacts/peers)
#   peer.sh start NAME --folder DIR [--rules FILE] [--configuration Release]
#   peer.sh stop --folder DIR
#   peer.sh list
#
# NAME, each with mosquitto in front and VictoriaMetrics behind:
#   node-red         a flow of Node-RED's own nodes: JSON, thresholds, batches of lines, alarms out
#   python           the same with paho, one process
#   mqttnet          the same with MQTTnet's client and the .NET serializer
# and the endpoint alone:
#   mosquitto        Debian's, with its defaults
#   mqttnet-server   MQTTnet.AspNetCore on Kestrel
#
# DIR holds logs, data and the list of processes. "start" ends what an earlier start left in DIR, prints "mqtt: ADDRESS", "store: URL" and
# "process: NAME PID" for each, and leaves them running; "stop" ends those by process id (never another process that got the same id).
# FILE: [{ "rule", "gateway", "limit" }, …], by default one rule for the load program's probe.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
node_red=$root/artifacts/peers/node-red
names="node-red python mqttnet mosquitto mqttnet-server"

fail() { echo "peer.sh: $1: FAILED" >&2; exit "${2:-1}"; }
find_program() { command -v "$1" || { [ -x "/usr/sbin/$1" ] && echo "/usr/sbin/$1"; }; }

command=${1:-}; [ $# -gt 0 ] && shift
folder= rules=$here/probe-rule.json configuration=Release chosen=()
while [ $# -gt 0 ]; do
  case "$1" in
    --folder|--rules|--configuration) [ $# -ge 2 ] || fail "$1 needs a value (see --help)" 2 ;;&
    --folder) folder=$2; shift 2 ;;
    --rules) rules=$2; shift 2 ;;
    --configuration) configuration=$2; shift 2 ;;
    -h|--help) command=--help; shift ;;
    -*) fail "unknown option $1 (see --help)" 2 ;;
    *) [[ " $names " == *" $1 "* ]] || fail "unknown peer $1: one of $names" 2
       chosen+=("$1"); shift ;;
  esac
done

install_peers() {
  local wanted=" ${chosen[*]:-$names} " missing=() sudo= log
  [[ $wanted == *" mosquitto "* || $wanted == *red* || $wanted == *python* || $wanted == *" mqttnet "* ]] && { find_program mosquitto >/dev/null || missing+=(mosquitto); }
  [[ $wanted == *red* || $wanted == *python* || $wanted == *" mqttnet "* ]] && { find_program victoria-metrics >/dev/null || missing+=(victoria-metrics); }
  [ -x /usr/bin/python3 ] || missing+=(python3)
  [[ $wanted == *python* && ! -e /usr/lib/python3/dist-packages/paho/mqtt/client.py ]] && missing+=(python3-paho-mqtt)
  find_program curl >/dev/null || missing+=(curl)
  if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    log=$(mktemp)
    { $sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 \
      || { tail -n 5 "$log" >&2; fail "could not install ${missing[*]}, see $log"; }
    rm -f "$log"
    # Debian starts the servers it installs; the peers start their own on free ports.
    local server
    for server in "${missing[@]}"; do
      if command -v systemctl >/dev/null 2>&1 && systemctl is-active --quiet "$server" 2>/dev/null; then $sudo systemctl stop "$server" || true; fi
    done
  fi
  if [[ $wanted == *red* ]] && ! cmp -s "$here/node-red/package-lock.json" "$node_red/installed.json"; then
    find_program npm >/dev/null || fail "npm is not installed: Node.js 20 or later is needed for Node-RED"
    # Outside of the sources, so that nothing of it is committed or found by a build.
    mkdir -p "$node_red" && cp "$here"/node-red/{package.json,package-lock.json,.npmrc} "$node_red/" \
      && (cd "$node_red" && npm ci --ignore-scripts --silent && cp package-lock.json installed.json) || fail "npm could not install Node-RED into $node_red"
  fi
  echo "peer.sh: installed: ${chosen[*]:-$names}"
}

# A process id is used again one day; with its start time it is not. One that has ended and that nobody has waited for (Z) is gone.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

end_processes() {
  local list=$folder/processes name pid since tries
  [ -f "$list" ] || return 0
  while read -r name pid since; do
    [ "$(started_at "$pid")" = "$since" ] || continue
    kill "$pid" 2>/dev/null
    for ((tries = 0; tries < 100; tries++)); do
      [ "$(started_at "$pid")" = "$since" ] || continue 2
      sleep 0.05
    done
    kill -9 "$pid" 2>/dev/null
  done < <(tac "$list")
  rm -f "$list"
}

launch() { # NAME COMMAND… ; in the background, its output in DIR/NAME.log
  local name=$1; shift
  nohup "$@" </dev/null >"$folder/$name.log" 2>&1 &
  local pid=$!
  echo "$name $pid $(started_at "$pid")" >>"$folder/processes"
  echo "process: $name $pid"
}

await() { # NAME SECONDS COMMAND… ; until the command succeeds, or the process is gone
  local name=$1 seconds=$2 pid; shift 2
  pid=$(awk -v name="$name" '$1 == name { print $2 }' "$folder/processes")
  for ((tries = 0; tries < seconds * 20; tries++)); do
    "$@" >/dev/null 2>&1 && return 0
    [ -n "$(started_at "$pid")" ] || break
    sleep 0.05
  done
  tail -n 5 "$folder/$name.log" >&2
  end_processes
  fail "$name did not start, see $folder/$name.log"
}

open_port() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }

need() { # NAME PATH HOW
  [ -n "$2" ] && [ -e "$2" ] || fail "$1 is not there: $3"
}

start_peer() {
  [ ${#chosen[@]} -eq 1 ] || fail "start takes one name of: $names" 2
  [ -r "$rules" ] || fail "--rules $rules cannot be read" 2
  local peer=${chosen[0]} mosquitto victoria dotnet_peers mqtt_port store_port ui_port
  local how="bash benches/peers/peer.sh install $peer"
  mkdir -p "$folder" || fail "--folder $folder cannot be made"
  folder=$(cd "$folder" && pwd); rules=$(readlink -f "$rules")
  end_processes
  rm -rf "$folder/store" "$folder/node-red"
  need python3 /usr/bin/python3 "$how"
  read -r mqtt_port store_port ui_port < <(/usr/bin/python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(s.getsockname()[1] for s in sockets))')
  mosquitto=$(find_program mosquitto) victoria=$(find_program victoria-metrics)
  dotnet_peers=$root/benches/SensorGrid.Benches.Peers/bin/$configuration/net10.0/SensorGrid.Benches.Peers.dll
  [[ $peer != mqttnet* ]] || need SensorGrid.Benches.Peers "$dotnet_peers" "dotnet build -c $configuration benches/SensorGrid.Benches.Peers"
  [ "$peer" = mqttnet-server ] || need mosquitto "$mosquitto" "$how"

  case $peer in
    mosquitto) launch mosquitto "$mosquitto" -p "$mqtt_port"; await mosquitto 30 open_port "$mqtt_port" ;;
    mqttnet-server) launch mqttnet-server dotnet "$dotnet_peers" endpoint --port "$mqtt_port"; await mqttnet-server 60 open_port "$mqtt_port" ;;
    *)
      need victoria-metrics "$victoria" "$how"
      { cat "$here/mosquitto.conf"; echo "listener $mqtt_port 127.0.0.1"; } >"$folder/mosquitto.conf"
      launch mosquitto "$mosquitto" -c "$folder/mosquitto.conf"
      await mosquitto 30 open_port "$mqtt_port"
      launch victoria-metrics "$victoria" -httpListenAddr="127.0.0.1:$store_port" -storageDataPath="$folder/store" -loggerLevel=WARN
      await victoria-metrics 30 curl -sf "http://127.0.0.1:$store_port/health"
      ;;
  esac
  local store=http://127.0.0.1:$store_port
  case $peer in
    node-red)
      local program=$node_red/node_modules/node-red/red.js
      need Node-RED "$program" "$how"
      mkdir -p "$folder/node-red" && cp "$here"/node-red/{settings.js,flows.json} "$folder/node-red/"
      launch node-red env PEER_MQTT_PORT="$mqtt_port" PEER_WRITE_URL="$store/write?precision=ms" PEER_RULES="$rules" PEER_UI_PORT="$ui_port" \
        node "$program" --userDir "$folder/node-red" --settings "$folder/node-red/settings.js"
      await node-red 120 grep -q "Connected to broker" "$folder/node-red.log"
      ;;
    python)
      need paho /usr/lib/python3/dist-packages/paho/mqtt/client.py "$how"
      launch python /usr/bin/python3 "$here/python/subscriber.py" "$mqtt_port" "$store" "$rules"
      await python 60 grep -q '^ready' "$folder/python.log"
      ;;
    mqttnet)
      launch mqttnet dotnet "$dotnet_peers" subscriber --port "$mqtt_port" --store "$store" --rules "$rules"
      await mqttnet 60 grep -q '^ready' "$folder/mqttnet.log"
      ;;
  esac
  echo "mqtt: 127.0.0.1:$mqtt_port"
  case $peer in mosquitto|mqttnet-server) ;; *) echo "store: $store" ;; esac
  echo "peer.sh: $peer: ready"
}

case "$command" in
  install) install_peers ;;
  list) tr ' ' '\n' <<<"$names" ;;
  start) [ -n "$folder" ] || fail "start needs --folder DIR" 2; start_peer ;;
  stop) [ -n "$folder" ] || fail "stop needs --folder DIR" 2; end_processes; echo "peer.sh: stopped" ;;
  -h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" ;;
  *) fail "unknown command '$command' (see --help)" 2 ;;
esac

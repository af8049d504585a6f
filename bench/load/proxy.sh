#!/usr/bin/env bash
# Load test of three replicas of the server behind deploy/nginx.conf on this machine: requests lost and latency while one is killed and
# another one is drained, and the throughput of one, two and three replicas.
#
#   bench/load/proxy.sh [--seconds N] [--clients N]     each of the eight measurements takes N seconds (20)
#
# Needs nginx, wrk and curl, and a user who may start nginx (its folders in /var). ATTNGAN names a built server: its command with
# arguments (`dotnet src/AttnGan.Server/bin/Release/net10.0/AttnGan.Server.dll` by default).
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=20 clients=4
while (($# > 0)); do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --clients) clients=$2; shift 2 ;;
    *) echo "unknown argument: $1" >&2; exit 2 ;;
  esac
done

for tool in nginx wrk curl; do
  command -v "$tool" > /dev/null || { echo "error: $tool is not installed" >&2; exit 1; }
done

work=$(mktemp -d)
chmod a+rx "$work"
declare -A servers=()
trap 'kill -9 "${servers[@]}" 2> /dev/null || true; proxy_stop; rm -rf "$work"' EXIT

if [[ -z "${ATTNGAN:-}" ]]; then
  dotnet build src/AttnGan.Server -c Release --nologo --verbosity quiet
  ATTNGAN="dotnet src/AttnGan.Server/bin/Release/net10.0/AttnGan.Server.dll"
fi

start() { # replica 1, 2 or 3: one thread each, as they share the processors
  $ATTNGAN --urls "http://127.0.0.1:508$1" --forwarded-headers true --threads 1 >> "$work/server$1.log" 2>&1 &
  servers[$1]=$!
  disown # no message of the shell when it is killed
  local url="http://127.0.0.1:508$1"
  curl --silent --fail --output /dev/null --retry 200 --retry-delay 0 --retry-max-time 120 --retry-all-errors "$url/readyz"
  load "$url" 3 > /dev/null # until the code of the generator is compiled
}

proxy_start() { # number of replicas
  sed "s/^http {/&\n    access_log off;/" deploy/nginx.conf | awk -v n="$1" '!/server 127/ || n-- > 0' > "$work/nginx.conf"
  nginx -c "$work/nginx.conf" -e "$work/nginx.log" -g "pid $work/nginx.pid;"
}

proxy_stop() {
  [[ ! -e "$work/nginx.pid" ]] || { kill "$(< "$work/nginx.pid")"; while [[ -e "$work/nginx.pid" ]]; do sleep 0.1; done; }
}

load() { # address, seconds; prints the values of wrk's RESULT line
  wrk --threads 1 --connections "$clients" --duration "$2s" --timeout 30s --script bench/load/images.lua "$1" | sed -n 's/^RESULT //p'
}

row() { # name of the measurement
  local images rate p50 p99 refused lost
  read -r images rate p50 p99 refused lost <<< "$(load http://127.0.0.1:8080 "$seconds")"
  echo "| $1 | $images | $rate | $p50 | $p99 | $((refused + lost)) |"
}

later() { # command, in the middle of a measurement
  (sleep "$((seconds / 2))"; "$@") &
}

for replica in 1 2 3; do
  start "$replica"
done

echo "| replicas | images | images/s | p50, ms | p99, ms | lost |"
echo "|---|---|---|---|---|---|"
for replicas in 1 2 3; do
  proxy_start "$replicas"
  row "$replicas"
  proxy_stop
done

echo
echo "| three replicas | images | images/s | p50, ms | p99, ms | lost |"
echo "|---|---|---|---|---|---|"
proxy_start 3
row "before"
later kill -9 "${servers[1]}"
row "one is killed"
later kill -TERM "${servers[2]}"
row "another one is drained"
row "one is left"
start 1
start 2
row "after, with three again"

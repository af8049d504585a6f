#!/usr/bin/env bash
# Images a second and waiting times of the server under load, with images drawn together and one at a time, on this machine alone.
#
#   bench/load/run.sh [--seconds N]     the table: N seconds (10) for each of the six measurements
#   bench/load/run.sh --minutes N       a soak: N minutes at saturation; memory at start and end, answers that were lost
#
# Needs wrk (apt-get install wrk) and curl.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=10 minutes=0
while (($# > 0)); do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --minutes) minutes=$2; shift 2 ;;
    *) echo "unknown argument: $1" >&2; exit 2 ;;
  esac
done

for tool in wrk curl; do
  command -v "$tool" > /dev/null || { echo "error: $tool is not installed" >&2; exit 1; }
done

port=5087
url="http://127.0.0.1:$port"
server=""
work=$(mktemp -d)
trap '[[ -z "$server" ]] || kill "$server" 2> /dev/null || true; rm -rf "$work"' EXIT

dotnet build src/AttnGan.Server -c Release --nologo --verbosity quiet

start() { # settings of the server
  dotnet src/AttnGan.Server/bin/Release/net10.0/AttnGan.Server.dll --urls "$url" "$@" > "$work/server.log" 2>&1 &
  server=$!
  curl --silent --fail --output /dev/null --retry 100 --retry-delay 0 --retry-max-time 60 --retry-all-errors "$url/readyz"
  # Until the code that draws is compiled as it stays.
  load 8 2 > /dev/null
}

stop() {
  kill "$server"
  wait "$server" || { echo "error: the server ended with $?:" >&2; cat "$work/server.log" >&2; exit 1; }
  server=""
}

load() { # clients, seconds: prints wrk's RESULT line without its name
  wrk --threads 1 --connections "$1" --duration "$2s" --timeout 30s --script bench/load/images.lua "$url" | sed -n 's/^RESULT //p'
}

memory() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }

batches() { # the mean of the batches since the server began
  curl --silent "$url/metrics" | awk '/^attngan_batch_size_sum/ { sum = $NF } /^attngan_batch_size_count/ { n = $NF } END { printf "%.2f", sum / n }'
}

if ((minutes > 0)); then
  start
  load 64 10 > /dev/null
  before=$(memory)
  read -r images rate p50 p99 refused lost <<< "$(load 64 $((minutes * 60)))"
  after=$(memory)
  echo "$minutes minutes, 64 clients: $images images, $rate a second, p50 $p50 ms, p99 $p99 ms, batches of $(batches) in the mean"
  echo "answers other than 200: $refused; lost: $lost; memory at start $before MiB, at end $after MiB"
  stop
  ((refused == 0 && lost == 0))
  exit
fi

echo "| drawn at once | clients | images/s | p50, ms | p99, ms | not answered |"
echo "|---|---|---|---|---|---|"
for most in 8 1; do
  start --max-batch-size "$most"
  for clients in 1 8 64; do
    read -r _ rate p50 p99 refused lost <<< "$(load "$clients" "$seconds")"
    echo "| $([[ $most == 1 ]] && echo "one" || echo "up to $most") | $clients | $rate | $p50 | $p99 | $((refused + lost)) |"
  done
  stop
done

#!/usr/bin/env bash
# Load test of the server on this machine: images per second and latency, with batches of up to 8 images and of 1.
#
#   bench/load/run.sh [--seconds N]     prints a table; each of the six measurements takes N seconds (10)
#   bench/load/run.sh --minutes N       soak test: N minutes at saturation, with memory at start and end, and failed requests
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

start() { # options of the server
  dotnet src/AttnGan.Server/bin/Release/net10.0/AttnGan.Server.dll --urls "$url" "$@" > "$work/server.log" 2>&1 &
  server=$!
  curl --silent --fail --output /dev/null --retry 100 --retry-delay 0 --retry-max-time 60 --retry-all-errors "$url/readyz"
  # Warm up until the code of the generator is fully compiled.
  load 8 2 > /dev/null
}

stop() {
  kill "$server"
  wait "$server" || { echo "error: the server exited with code $?:" >&2; cat "$work/server.log" >&2; exit 1; }
  server=""
}

load() { # clients, seconds; prints the values of wrk's RESULT line
  wrk --threads 1 --connections "$1" --duration "$2s" --timeout 30s --script bench/load/images.lua "$url" | sed -n 's/^RESULT //p'
}

memory() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status"; }

batches() { # prints the mean batch size since the start of the server
  curl --silent "$url/metrics" \
    | awk '/^attngan_batch_size_sum/ { sum = $NF } /^attngan_batch_size_count/ { n = $NF } END { printf "%.2f", sum / n }'
}

if ((minutes > 0)); then
  start
  load 64 10 > /dev/null
  before=$(memory)
  read -r images rate p50 p99 refused lost <<< "$(load 64 $((minutes * 60)))"
  after=$(memory)
  echo "$minutes minutes, 64 clients: $images images, $rate per second, p50 $p50 ms, p99 $p99 ms, mean batch size $(batches)"
  echo "responses other than 200: $refused; connection errors: $lost; memory at start $before MiB, at end $after MiB"
  stop
  ((refused == 0 && lost == 0))
  exit
fi

echo "| max batch size | clients | images/s | p50, ms | p99, ms | failed |"
echo "|---|---|---|---|---|---|"
for batch in 8 1; do
  start --max-batch-size "$batch"
  for clients in 1 8 64; do
    read -r _ rate p50 p99 refused lost <<< "$(load "$clients" "$seconds")"
    echo "| $batch | $clients | $rate | $p50 | $p99 | $((refused + lost)) |"
  done
  stop
done

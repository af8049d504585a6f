#!/usr/bin/env bash
# Fuzzes a reader with afl-fuzz, and prints what it found.
#
#   eng/fuzz/run.sh TARGET [SECONDS]     targets: pickle pytorch safetensors csv parquet tar onnx metadata
#
# Needs AFL++ (Debian and Ubuntu: apt-get install afl++). Builds and findings are in artifacts/fuzz; another run of the same target goes
# on from the inputs that the last one found. FUZZ_NO_BUILD=1 takes the last build.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${1:?usage: eng/fuzz/run.sh TARGET [SECONDS]}
seconds=${2:-600}
sharpfuzz=2.3.0
out=artifacts/fuzz
bin=$out/bin
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

command -v afl-fuzz > /dev/null || { echo "afl-fuzz is missing: install AFL++ (apt-get install afl++)." >&2; exit 2; }

if [ -z "${FUZZ_NO_BUILD:-}" ]; then
  [ -x $out/tool/sharpfuzz ] || dotnet tool install SharpFuzz.CommandLine --version $sharpfuzz --tool-path $out/tool
  rm -rf $bin
  dotnet publish eng/fuzz -c Release -o $bin -p:CreateSymbolicLinksForPublishFilesIfPossible=false
  # Parquet's library too: nearly all of what a Parquet file decides is decided there.
  for assembly in AttnGan.dll AttnGan.Training.dll Parquet.dll; do
    $out/tool/sharpfuzz $bin/$assembly
  done
fi

export ATTNGAN_FUZZ_FOLDER
ATTNGAN_FUZZ_FOLDER=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/attngan-fuzz-XXXXXX")
trap 'rm -rf "$ATTNGAN_FUZZ_FOLDER"' EXIT

findings=$out/$target
input=-
if [ ! -d "$findings/default/queue" ]; then
  rm -rf "$out/seeds/$target"
  dotnet $bin/AttnGan.Fuzz.dll "$target" --seeds "$out/seeds/$target"
  input=$out/seeds/$target
fi

# One processor: the readers' parallel checks would mix up the trace. The limit turns a blow-up of memory into an exception.
export DOTNET_PROCESSOR_COUNT=1 DOTNET_GCHeapHardLimit=0x80000000 DOTNET_TieredPGO=0
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1
export AFL_FORKSRV_INIT_TMOUT=120000
afl-fuzz -i "$input" -o "$findings" -t 20000 -m none -V "$seconds" -- dotnet $bin/AttnGan.Fuzz.dll "$target" > "$findings.log" || { tail -20 "$findings.log"; exit 1; }

echo "$target:"
grep -E '^(run_time|execs_done|execs_per_sec|corpus_count|saved_crashes|saved_hangs|edges_found|bitmap_cvg|stability) ' "$findings/default/fuzzer_stats"
found=$(find "$findings/default/crashes" "$findings/default/hangs" -type f ! -name README.txt)
[ -z "$found" ] || while read -r input; do
  timeout 60 dotnet $bin/AttnGan.Fuzz.dll "$target" "$input" || [ $? -ne 124 ] || echo "$input: DEFECT it takes more than 60 s"
done <<< "$found"

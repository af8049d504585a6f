#!/bin/sh
# Measures whole processes of `attngan generate "a red heart"` with the bundled model: bench/startup/run.sh [ROUNDS] [OTHER]
# publishes the command and runs it, in turns with OTHER, another build of it, if given. Prints the median of wall clock, processor time
# and peak memory. Needs GNU time.
set -eu
rounds=${1:-11}
other=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish -c Release "$root/src/AttnGan.Cli" -o "$work/program" -v quiet -nodeReuse:false

measure() { # NAME PROGRAM
  /usr/bin/time -a -o "$work/$1" -f '%e %U %S %M' "$2" generate 'a red heart' --seed 1 --out "$work/out" --overwrite > "$work/log"
}

i=0
while [ "$i" -le "$rounds" ]; do # the first round warms the file cache up
  measure published "$work/program/attngan"
  [ -z "$other" ] || measure other "$other"
  i=$((i + 1))
done

for name in published ${other:+other}; do
  tail -n +2 "$work/$name" | awk -v name="$name" '
    function median(values, count,   i, j, t) {
      for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++) if (values[j] < values[i]) { t = values[i]; values[i] = values[j]; values[j] = t }
      return values[int((count + 1) / 2)]
    }
    { wall[NR] = $1; cpu[NR] = $2 + $3; memory[NR] = $4 / 1024 }
    END { printf "%-10s wall %.2f s, processor %.2f s, peak %.0f MB (median of %d)\n", name, median(wall, NR), median(cpu, NR), median(memory, NR), NR }'
done

#!/usr/bin/env bash
# Packs the library, publishes samples/Draw with that package, draws with the bundled model and says how large the program is.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
version="0.1.0-try.$(date +%s)"
packages=$(dotnet nuget locals global-packages --list --force-english-output | sed 's/^global-packages: //')
trap 'rm -rf "$work" "${packages:?}/attngan/$version"' EXIT

dotnet pack src/AttnGan -c Release -o "$work/packages" -p:Version="$version" -p:MinVerVersionOverride="$version"
cp -r samples/. "$work/samples"
dotnet publish "$work/samples/Draw" -c Release -o "$work/draw" --use-current-runtime --self-contained false \
  -p:AttnGanVersion="$version" -p:RestoreAdditionalProjectSources="$work/packages"
"$work/draw/Draw" models/emoji.onnx "a red heart" "$work/heart.png"

kilobytes=$(du -sk "$work/draw" | cut -f1)
echo "samples/Draw published beside .NET: $((kilobytes / 1000)).$((kilobytes % 1000 / 100)) MB; it drew $(wc -c < "$work/heart.png") bytes of PNG"
if ((kilobytes > 60000)); then
  echo "error: more than 60 MB" >&2
  exit 1
fi

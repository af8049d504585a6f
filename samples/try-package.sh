#!/usr/bin/env bash
# Packs the library, publishes samples/Generate with that package, generates an image with the bundled model and prints the size of the
# program.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
version="0.1.0-try.$(date +%s)"
packages=$(dotnet nuget locals global-packages --list --force-english-output | sed 's/^global-packages: //')
trap 'rm -rf "$work" "${packages:?}/attngan/$version"' EXIT

dotnet pack src/AttnGan -c Release -o "$work/packages" -p:Version="$version" -p:MinVerVersionOverride="$version"
cp -r samples/. "$work/samples"
dotnet publish "$work/samples/Generate" -c Release -o "$work/program" --use-current-runtime --self-contained false \
  -p:AttnGanVersion="$version" -p:RestoreAdditionalProjectSources="$work/packages"
"$work/program/Generate" models/emoji.onnx "a red heart" "$work/heart.png"

kilobytes=$(du -sk "$work/program" | cut -f1)
echo "samples/Generate, published without .NET: $((kilobytes / 1000)).$((kilobytes % 1000 / 100)) MB;" \
  "generated a PNG of $(wc -c < "$work/heart.png") bytes"
if ((kilobytes > 60000)); then
  echo "error: samples/Generate has more than 60 MB" >&2
  exit 1
fi

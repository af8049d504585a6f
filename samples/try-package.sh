#!/usr/bin/env bash
# Packs the libraries, publishes the samples with these packages, generates images with the bundled model and prints the size of the
# program that uses the runtime library alone.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
version="0.1.0-try.$(date +%s)"
packages=$(dotnet nuget locals global-packages --list --force-english-output | sed 's/^global-packages: //')
trap 'rm -rf "$work" "${packages:?}/attngan/$version" "${packages:?}/attngan.extensions.ai/$version"' EXIT

for project in AttnGan AttnGan.Extensions.AI; do
  dotnet pack "src/$project" -c Release -o "$work/packages" -p:Version="$version" -p:MinVerVersionOverride="$version"
done
cp -r samples/. "$work/samples"
for sample in Generate ImageGenerator; do
  dotnet publish "$work/samples/$sample" -c Release -o "$work/$sample" --use-current-runtime --self-contained false \
    -p:AttnGanVersion="$version" -p:RestoreAdditionalProjectSources="$work/packages"
  "$work/$sample/$sample" models/emoji.onnx "a red heart" "$work/$sample.png"
done

# The library needs no native ONNX Runtime; where an application asks for that engine, it learns what to add.
if [ -e "$work/Generate/libonnxruntime.so" ]; then
  echo "error: samples/Generate contains ONNX Runtime's native library" >&2
  exit 1
fi
cat > "$work/engine.cs" << 'PROGRAM'
#:property PublishAot=false
using AttnGan;
using AttnGan.Generation;

try
{
    using var pipeline = TextToImagePipeline.Load(args[0], new PipelineOptions { Engine = InferenceEngine.OnnxRuntime });
}
catch (AttnGanException error)
{
    Console.WriteLine(error.Message);
}
PROGRAM
sed -i "1i #:package AttnGan@$version" "$work/engine.cs"
dotnet run "$work/engine.cs" -p:RestoreAdditionalProjectSources="$work/packages" models/emoji.onnx | tee "$work/engine.txt"
grep -q "Add a package that contains it" "$work/engine.txt"

# The ahead-of-time compiler links with clang.
if command -v clang > /dev/null; then
  for aot in false true; do
    dotnet publish "$work/samples/NativeAot" -c Release -o "$work/aot-$aot" --use-current-runtime --self-contained "$aot" \
      -p:PublishAot="$aot" -p:AttnGanVersion="$version" -p:RestoreAdditionalProjectSources="$work/packages"
    "$work/aot-$aot/NativeAot" models/emoji.onnx "a red heart" "$work/aot-$aot.png" > "$work/aot-$aot.txt"
  done
  echo "samples/NativeAot: $(cat "$work/aot-true.txt")"
  if [ "$(uname -m)" = x86_64 ] && ! grep -q -- "--instruction-set:x86-64-v3" "$(find "$work/samples/NativeAot/obj" -name "*.ilc.rsp")"; then
    echo "error: the package does not set the instruction set of the fast engine for Native AOT" >&2
    exit 1
  fi
  if ! cmp "$work/aot-false.txt" "$work/aot-true.txt"; then
    echo "error: Native AOT generated another image than the runtime" >&2
    exit 1
  fi
else
  echo "samples/NativeAot needs clang: not tried"
fi

kilobytes=$(du -sk "$work/Generate" | cut -f1)
echo "samples/Generate, published without .NET: $((kilobytes / 1000)).$((kilobytes % 1000 / 100)) MB;" \
  "generated a PNG of $(wc -c < "$work/Generate.png") bytes"
if ((kilobytes > 20000)); then
  echo "error: samples/Generate has more than 20 MB" >&2
  exit 1
fi

#!/bin/sh
# Measures the page with the bundled model in Chromium: milliseconds from a key press to the first and the last stage on the screen, on a
# static site with one thread and with as many as there are processors (at most 4), and on a server. Needs Chromium, and ONNX Runtime Web
# (npm ci --ignore-scripts --prefix eng/web-runtime).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
dotnet build -c Release "$root/tests/AttnGan.Web.Tests" -v quiet -nologo
dotnet "$root/tests/AttnGan.Web.Tests/bin/Release/net10.0/AttnGan.Web.Tests.dll" -explicit only -class '*PageTimings' -diagnostics

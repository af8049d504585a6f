#!/bin/sh
# Installs PyTorch for /usr/bin/python3 from Debian's packages. Does nothing if it is installed already.
set -eu

# Without OpenBLAS, PyTorch falls back to the slow reference BLAS, and the comparison would be unfair.
packages="python3-torch python3-torchvision libopenblas0-openmp"

if /usr/bin/python3 -c "import torch" 2>/dev/null && dpkg-query -W libopenblas0-openmp >/dev/null 2>&1; then
  exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
  echo "install.sh: installing packages needs root: sudo $0" >&2
  exit 1
fi

apt-get update
# shellcheck disable=SC2086 # a list of words
DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $packages
/usr/bin/python3 -c "import torch; print('PyTorch', torch.__version__)"

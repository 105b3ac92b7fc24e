#!/bin/sh
# Makes everything in demo/ from nothing: installs the Debian packages (needs root), renders the video and
# its truth, trains both networks on one CPU thread, and measures the result.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
demo=$(dirname "$here")
# Debian's own interpreter, for which its packages are installed.
python=/usr/bin/python3

apt-get update
apt-get install -y --no-install-recommends \
    dataset-fashion-mnist python3-numpy python3-onnx python3-opencv python3-torch

"$python" "$here/make_video.py" "$demo"
"$python" "$here/train_detector.py" "$demo/detector.onnx"
"$python" "$here/train_classifier.py" "$demo/classifier.onnx"
"$python" -c 'import sys; sys.path.insert(0, sys.argv[1]); import render; print("\n".join(render.CLASS_NAMES))' \
    "$here" > "$demo/labels.txt"
echo item > "$demo/detector-labels.txt"
"$python" "$here/evaluate.py" "$demo"

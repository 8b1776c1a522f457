#!/usr/bin/env bash
# Sets karma up in this folder: nothing outside it is touched, no root is needed, and running it again is harmless.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n  %s\n' "$1" "$2" >&2; exit 2; }

usage() {
  cat <<'TEXT'
usage: bash install.sh [--help]

Installs what karma needs into ./node_modules, from the npm registry alone:
  - the libraries, exactly as package-lock.json pins them (npm ci); only what the lockfile lacks, if anything, is
    chosen by package.json (npm install --no-save), and then you are told
  - Node 24, as an npm package, used by karma where your own Node is older

Needs: Node >= 20 with npm.
Afterwards: npx karma demo
TEXT
}

# `npm ci` refuses a lockfile that lacks optional packages of other platforms, before it touches anything. Then
# `npm install` takes all that is pinned as it is pinned, and looks up the rest. Any other failure is a failure.
install_libraries() {
  local said missing
  if said=$(npm ci --no-audit --no-fund --loglevel=error 2>&1); then return; fi
  case "$said" in
    *EUSAGE*) ;;
    *) fail "npm ci failed" "$said" ;;
  esac
  missing=$(grep -c 'Missing: ' <<<"$said" || true)
  say "libraries: npm ci refused, package-lock.json lacks $missing packages (optional ones of other platforms, as a rule);"
  say "libraries: npm install --no-save instead: what is pinned stays pinned, the rest is chosen by package.json"
  npm install --no-save --no-audit --no-fund --loglevel=error
}

case "${1:-}" in
  "") ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 1 ;;
esac

command -v node >/dev/null || fail "no node found" "install Node 20 or newer from https://nodejs.org and run this again"
command -v npm >/dev/null || fail "no npm found" "npm comes with Node: https://nodejs.org"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || fail "Node $(node --version) is too old" "install Node 20 or newer from https://nodejs.org"

# A stamp of the lockfile tells whether node_modules is already what it asks for.
stamp=node_modules/.karma-installed
if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then
  say "libraries: already installed"
else
  say "libraries: installing into $(pwd)/node_modules (about half a minute)"
  install_libraries
  cp package-lock.json "$stamp"
fi

say "node: $(node -e 'import("./bin/node24.js").then(({ findNode }) => console.log(findNode()))')"
say ""
say "karma is ready. Next: npx karma demo"

#!/usr/bin/env bash
# Sets karma up in this folder: nothing outside it is touched, no root is needed, and running it again is harmless.
# With --cluster it also puts kind, kubectl and helm into ~/.local/bin, each only where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n  %s\n' "$1" "$2" >&2; exit 2; }

usage() {
  cat <<'TEXT'
usage: bash install.sh [--cluster] [--help]

Installs what karma needs into ./node_modules, from the npm registry alone:
  - the libraries, exactly as package-lock.json pins them (npm ci); only what the lockfile lacks, if anything, is
    chosen by package.json (npm install --no-save), and then you are told
  - Node 24, as an npm package, used by karma where your own Node is older

With --cluster also what clusters of kind need, each only where it is missing, without root:
  - kind, kubectl and helm, into ~/.local/bin (KARMA_BIN names another folder), in the versions that are tested, from
    their official places, and only when their SHA-256 is the one that stands in this file
  - Docker: how to get it is said; it needs root, and your system has its own way

Needs: Node >= 20 with npm; with --cluster curl and tar.
Afterwards: npx karma demo
TEXT
}

# ---------------------------------------------------------------------------- what clusters of kind need
KIND_VERSION=v0.30.0 KUBECTL_VERSION=v1.34.1 HELM_VERSION=v3.19.0

# Official places; a mirror may stand in for them, with the same files.
KIND_FROM=${KARMA_KIND_FROM:-https://github.com/kubernetes-sigs/kind/releases/download}
KUBECTL_FROM=${KARMA_KUBECTL_FROM:-https://dl.k8s.io/release}
HELM_FROM=${KARMA_HELM_FROM:-https://get.helm.sh}

# SHA-256 of what is downloaded, as published with each release.
checksum_of() {
  case "$1-$2" in
    kind-linux-amd64) echo 517ab7fc89ddeed5fa65abf71530d90648d9638ef0c4cde22c2c11f8097b8889 ;;
    kind-linux-arm64) echo 7ea2de9d2d190022ed4a8a4e3ac0636c8a455e460b9a13ccf19f15d07f4f00eb ;;
    kind-darwin-amd64) echo 4f0b6e3b88bdc66d922c08469f05ef507d4903dd236e6319199bb9c868eed274 ;;
    kind-darwin-arm64) echo ceaf40df1d1551c481fb50e3deb5c3deecad5fd599df5469626b70ddf52a1518 ;;
    kubectl-linux-amd64) echo 7721f265e18709862655affba5343e85e1980639395d5754473dafaadcaa69e3 ;;
    kubectl-linux-arm64) echo 420e6110e3ba7ee5a3927b5af868d18df17aae36b720529ffa4e9e945aa95450 ;;
    kubectl-darwin-amd64) echo bb211f2b31f2b3bc60562b44cc1e3b712a16a98e9072968ba255beb04cefcfdf ;;
    kubectl-darwin-arm64) echo d80e5fa36f2b14005e5bb35d3a72818acb1aea9a081af05340a000e5fbdb2f76 ;;
    helm-linux-amd64) echo a7f81ce08007091b86d8bd696eb4d86b8d0f2e1b9f6c714be62f82f96a594496 ;;
    helm-linux-arm64) echo 440cf7add0aee27ebc93fada965523c1dc2e0ab340d4348da2215737fc0d76ad ;;
    helm-darwin-amd64) echo 09a108c0abda42e45af172be65c49125354bf7cd178dbe10435e94540e49c7b9 ;;
    helm-darwin-arm64) echo 31513e1193da4eb4ae042eb5f98ef9aca7890cfa136f4707c8d4f70e2115bef6 ;;
  esac
}

sha256_of() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1
}

# linux-amd64, as the releases call this machine.
platform() {
  local system machine
  system=$(uname -s | tr '[:upper:]' '[:lower:]')
  case "$(uname -m)" in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) machine=$(uname -m) ;;
  esac
  echo "$system-$machine"
}

# Where a tool of this platform is downloaded from.
address_of() {
  local system=${2%-*} machine=${2#*-}
  case "$1" in
    kind) echo "$KIND_FROM/$KIND_VERSION/kind-$system-$machine" ;;
    kubectl) echo "$KUBECTL_FROM/$KUBECTL_VERSION/bin/$system/$machine/kubectl" ;;
    helm) echo "$HELM_FROM/helm-$HELM_VERSION-$system-$machine.tar.gz" ;;
  esac
}

# Puts one tool into the folder, unless some version of it is there.
install_tool() {
  local tool=$1 bin=$2 place expected found address
  if command -v "$tool" >/dev/null; then
    say "$tool: already there ($(command -v "$tool"))"
    return
  fi
  place=$(platform)
  expected=$(checksum_of "$tool" "$place")
  [ -n "$expected" ] || fail "no $tool is known for $place" "install $tool yourself and run this again"
  command -v curl >/dev/null || fail "no curl found" "install curl, or $tool itself, and run this again"
  address=$(address_of "$tool" "$place")
  say "$tool: downloading $address"
  curl --fail --silent --show-error --location --retry 2 --output "$downloads/$tool" "$address" ||
    fail "$tool could not be downloaded from $address" "check the network; a proxy goes into HTTPS_PROXY"
  found=$(sha256_of "$downloads/$tool")
  [ "$found" = "$expected" ] ||
    fail "$tool from $address is not the file that was expected; nothing was installed" "SHA-256 $expected expected, $found found"
  if [ "$tool" = helm ]; then tar -xzf "$downloads/helm" -C "$downloads" && mv "$downloads/$place/helm" "$downloads/helm"; fi
  mkdir -p "$bin"
  chmod 755 "$downloads/$tool"
  mv "$downloads/$tool" "$bin/$tool"
  say "$tool: installed $bin/$tool"
}

# Docker needs root and belongs to the system: it is asked for, not installed.
check_docker() {
  if command -v docker >/dev/null; then
    if docker info >/dev/null 2>&1; then say "docker: already there, and its daemon answers"; return; fi
    say "docker: there, but no daemon answers; start it (sudo systemctl start docker, or Docker Desktop), or let yourself"
    say "        use it (sudo usermod -aG docker \$USER, then log in again)"
    return
  fi
  local system
  system=$(sed -n 's/^ID="\{0,1\}\([a-z]*\)"\{0,1\}$/\1/p' /etc/os-release 2>/dev/null || true)
  say "docker: missing. It needs root; Docker's own repository for your system:"
  case "$(uname -s)-$system" in
    Linux-debian | Linux-ubuntu | Linux-fedora | Linux-rhel | Linux-centos)
      say "        https://docs.docker.com/engine/install/$system/" ;;
    Darwin-*) say "        https://docs.docker.com/desktop/setup/install/mac-install/" ;;
    *) say "        https://docs.docker.com/engine/install/" ;;
  esac
}

install_cluster_tools() {
  local bin=${KARMA_BIN:-$HOME/.local/bin} tool
  downloads=$(mktemp -d)
  trap 'rm -rf "$downloads"' EXIT
  for tool in kind kubectl helm; do install_tool "$tool" "$bin"; done
  check_docker
  case ":$PATH:" in
    *":$bin:"*) ;;
    *) [ ! -d "$bin" ] || say "PATH: add $bin, so that the tools are found: export PATH=\"$bin:\$PATH\"" ;;
  esac
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

wants_cluster=no
case "${1:-}" in
  "") ;;
  --cluster) wants_cluster=yes ;;
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
# Faster kernels for training, compiled where a C compiler is; karma works without them.
if [ -f bin/build-native.js ]; then
  node bin/run.js bin/build-native.js --optional 2>&1 || say "native kernels: not built; karma trains without them"
fi
[ "$wants_cluster" = no ] || install_cluster_tools
say ""
say "karma is ready. Next: npx karma demo"

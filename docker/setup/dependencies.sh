#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the dependency folder: the two libraries that Debian 12 does not have in usable form.
#
#   llhttp     header and static library of Debian 13's libllhttp-dev (>= 9.2.1)
#   BoringSSL  static libraries with hidden visibility, from Debian 13's source package
#              android-platform-external-boringssl, or from a checkout of your own:
#              FAULTLINE_BORINGSSL_SOURCE=/path/to/boringssl
#
# Both come through apt with a private configuration (own sources, lists and cache): the machine's
# own package sources and lists stay untouched, and Debian's archive signature vouches for every
# byte. Needs no root; needs dpkg-dev, cmake, ninja and g++.
#
# Result, built once and then only looked at:
#   ${XDG_CACHE_HOME:-~/.cache}/faultline/deps-<key>/
#     include/llhttp.h  lib/libllhttp.a  VERSIONS
#     boringssl/include/openssl/*.h  boringssl/lib/{libcrypto.a,libssl.a}
#   ${XDG_CACHE_HOME:-~/.cache}/faultline/deps -> deps-<key>
#
# Usage: dependencies.sh           build the folder unless it is there
#        dependencies.sh --check   only tell, by the exit code, whether it is there
#        dependencies.sh --print   like the first, then print its path
set -euo pipefail

# Raise this when the content or the way of building changes: the folder is then built anew.
readonly kRecipe=1
readonly kSuite=trixie
readonly kLlhttpMin=9.2.1
readonly kBoringsslPackage=android-platform-external-boringssl

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/faultline"

say() { printf 'setup: %s\n' "$*" >&2; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

# The folder's name: everything that changes what it holds.
folder_key() {
  local release=unknown architecture
  architecture="$(dpkg --print-architecture)"
  # shellcheck source=/dev/null
  if [[ -r /etc/os-release ]]; then
    release="$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-unknown}")"
  fi
  if [[ -n "${FAULTLINE_BORINGSSL_SOURCE:-}" ]]; then
    local state
    state="$(checkout_version | sha256sum)"
    printf '%s-%s-%s-%s' "$kRecipe" "$release" "$architecture" "${state:0:12}"
  else
    printf '%s-%s-%s' "$kRecipe" "$release" "$architecture"
  fi
}

# What identifies the user's own BoringSSL checkout.
checkout_version() {
  local source="$FAULTLINE_BORINGSSL_SOURCE"
  [[ -d "$source" ]] || die "FAULTLINE_BORINGSSL_SOURCE is not a folder: $source"
  printf '%s %s' "$(realpath "$source")" \
    "$(git -C "$source" describe --always --dirty 2>/dev/null || printf 'unversioned')"
}

is_complete() {
  [[ -f "$1/VERSIONS" && -f "$1/include/llhttp.h" && -f "$1/lib/libllhttp.a" &&
    -f "$1/boringssl/lib/libcrypto.a" && -f "$1/boringssl/lib/libssl.a" ]]
}

# The Debian mirror this machine already uses, so that no host name is written down here.
machine_mirror() {
  if [[ -n "${FAULTLINE_DEBIAN_MIRROR:-}" ]]; then
    printf '%s' "$FAULTLINE_DEBIAN_MIRROR"
    return
  fi
  apt-get indextargets \
    --format '$(REPO_URI)|$(RELEASE)|$(CODENAME)|$(COMPONENT)|$(CREATED_BY)' |
    awk -F'|' '$4 == "main" && $5 == "Packages" && $1 !~ /^cdrom:/ && !found &&
      ($2 ~ /^(bookworm|trixie|stable|oldstable)$/ || $3 ~ /^(bookworm|trixie)$/) {
        found = 1
        print $1
      }'
}

archive_keyring() {
  local file
  for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
    [[ -r "$file" ]] && { printf '%s' "$file"; return; }
  done
  die "no Debian archive keyring found; install the package debian-archive-keyring"
}

# Writes the private apt configuration below $1 and reads the suite's lists.
open_private_apt() {
  local root="$1" mirror keyring
  mirror="$(machine_mirror)"
  [[ -n "$mirror" ]] || die "the apt configuration names no Debian 12 or 13 source; set" \
    "FAULTLINE_DEBIAN_MIRROR to the address of a Debian mirror"
  keyring="$(archive_keyring)"
  mkdir -p "$root"/{lists/partial,cache/archives/partial,parts,preferences,auth}
  : >"$root/status"
  cat >"$root/parts/debian.sources" <<SOURCES
Types: deb deb-src
URIs: $mirror
Suites: $kSuite
Components: main
Architectures: $(dpkg --print-architecture)
Targets: Packages Sources
Signed-By: $keyring
SOURCES
  cat >"$root/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$root/parts";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$root/preferences";
Dir::State "$root";
Dir::State::lists "$root/lists";
Dir::State::status "$root/status";
Dir::Cache "$root/cache";
Dir::Cache::archives "$root/cache/archives";
APT::Sandbox::User "root";
APT::Get::List-Cleanup "true";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  private_apt "$root" update -o APT::Update::Error-Mode=any >"$root/update.log" 2>&1 || {
    cat "$root/update.log" >&2
    die "apt could not read the package lists of $kSuite"
  }
}

private_apt() {
  local root="$1"
  shift
  apt-get -c "$root/apt.conf" -q "$@"
}

# Runs an apt-get fetch in folder $1 with the configuration $2; quiet unless it fails.
fetch() {
  local folder="$1" apt="$2"
  shift 2
  (cd "$folder" && private_apt "$apt" "$@") >"$folder/fetch.log" 2>&1 || {
    cat "$folder/fetch.log" >&2
    die "cannot fetch ${*: -1} from $kSuite"
  }
}

# llhttp: unpack the binary package, take the header and the static library.
add_llhttp() {
  local apt="$1" work="$2" out="$3" package version
  fetch "$work" "$apt" download libllhttp-dev
  package="$(find "$work" -maxdepth 1 -name 'libllhttp-dev_*.deb' -print -quit)"
  dpkg-deb -x "$package" "$work/llhttp"
  version="$(awk '/define LLHTTP_VERSION_/ { printf "%s%s", dot, $3; dot = "." }' \
    "$work/llhttp/usr/include/llhttp.h")"
  dpkg --compare-versions "$version" ge "$kLlhttpMin" ||
    die "llhttp $version is too old: $kLlhttpMin or newer is needed (CVE-2024-27982)"
  mkdir -p "$out/include" "$out/lib"
  cp "$work/llhttp/usr/include/llhttp.h" "$out/include/"
  cp "$(find "$work/llhttp" -name libllhttp.a -print -quit)" "$out/lib/"
  printf 'llhttp %s (%s)\n' "$version" "$(dpkg-deb -f "$package" Version)" >>"$out/VERSIONS"
}

# BoringSSL: fetch the source package (or use the checkout) and compile it.
add_boringssl() {
  local apt="$1" work="$2" out="$3" source version
  if [[ -n "${FAULTLINE_BORINGSSL_SOURCE:-}" ]]; then
    source="$(realpath "$FAULTLINE_BORINGSSL_SOURCE")"
    version="$(checkout_version)"
  else
    # The upstream part alone: Debian's own part packs binaries, which are not wanted here.
    fetch "$work" "$apt" source --download-only --tar-only "$kBoringsslPackage"
    local archive
    archive="$(find "$work" -maxdepth 1 -name "${kBoringsslPackage}_*.orig.tar.*" -print -quit)"
    version="${archive##*_}"
    version="${version%.orig.tar.*}"
    source="$work/boringssl"
    mkdir "$source"
    tar -xf "$archive" -C "$source" --strip-components=1
  fi
  say "compiling BoringSSL $version (about a minute, once)"
  "$here/build_boringssl.sh" "$source" "$work/boringssl-build" "$out/boringssl"
  printf 'boringssl %s\n' "$version" >>"$out/VERSIONS"
}

build_folder() {
  local target="$1" work started=$SECONDS
  say "building the dependency folder $target"
  work="$(mktemp -d "$cache/work.XXXXXX")"
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  mkdir -p "$work/out" "$work/fetch"
  open_private_apt "$work/apt"
  add_llhttp "$work/apt" "$work/fetch" "$work/out"
  add_boringssl "$work/apt" "$work/fetch" "$work/out"
  rm -rf "$target"
  mv -T "$work/out" "$target"
  say "done in $((SECONDS - started)) s: $(paste -sd, "$target/VERSIONS" | sed 's/,/, /g')"
}

point_link() {
  [[ "$(readlink "$cache/deps" 2>/dev/null)" == "$(basename "$1")" ]] && return
  ln -sfn "$(basename "$1")" "$cache/deps.$$"
  mv -T "$cache/deps.$$" "$cache/deps"
}

main() {
  local target
  target="$cache/deps-$(folder_key)"
  if [[ "${1:-}" == --check ]]; then
    is_complete "$target" && [[ "$(readlink "$cache/deps")" == "$(basename "$target")" ]]
    return
  fi
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  is_complete "$target" || build_folder "$target"
  point_link "$target"
  [[ "${1:-}" != --print ]] || printf '%s\n' "$target"
}

main "$@"

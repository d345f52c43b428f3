#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs Debian packages without questions, and without starting or enabling the services that
# some of them bring (nginx, haproxy, lighttpd): faultline's tests start their own on ports of
# their own.
#
# Usage: install_packages.sh PACKAGE...      as root, or as a user who may use sudo
set -euo pipefail

readonly kPolicy=/usr/sbin/policy-rc.d
readonly kServices=(nginx haproxy lighttpd)

say() { printf 'setup: %s\n' "$*" >&2; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" >>"$log" 2>&1
}

# Exit code 101 tells the package scripts that no service may be started. An existing policy stays.
forbid_service_start() {
  [[ -e $kPolicy ]] && return
  policy_is_ours=1
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$kPolicy" >/dev/null
  as_root chmod 755 "$kPolicy"
}

clean_up() {
  [[ -z "${policy_is_ours:-}" ]] || as_root rm -f "$kPolicy"
  rm -f "$log"
}

is_installed() { [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

[[ $# -gt 0 ]] || { printf 'usage: %s PACKAGE...\n' "$0" >&2; exit 2; }
[[ $EUID -eq 0 ]] || command -v sudo >/dev/null || die "needs root or sudo to install: $*"

new_services=()
for service in "${kServices[@]}"; do
  is_installed "$service" || new_services+=("$service")
done

log="$(mktemp)"
trap clean_up EXIT
say "installing $# Debian packages: $*"
# A foreign source that cannot be read is no reason to stop; a failed install is.
apt update || say "warning: apt-get update reported errors"
forbid_service_start
apt install --no-install-recommends "$@" || {
  tail -n 40 "$log" >&2
  die "apt-get install failed"
}

# A service that came with these packages would start at the next boot.
if command -v systemctl >/dev/null; then
  for service in "${new_services[@]}"; do
    is_installed "$service" || continue
    as_root systemctl disable --quiet "$service" 2>/dev/null || true
  done
fi

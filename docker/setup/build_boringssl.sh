#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Compiles BoringSSL into two static libraries with hidden visibility.
#
# Usage: build_boringssl.sh SOURCE BUILD_FOLDER OUTPUT_FOLDER
#   SOURCE is the unpacked Debian package or an upstream checkout.
#   OUTPUT_FOLDER receives include/openssl/*.h, lib/libcrypto.a and lib/libssl.a.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
[[ $# -eq 3 ]] || { printf 'usage: %s SOURCE BUILD_FOLDER OUTPUT_FOLDER\n' "$0" >&2; exit 2; }
source="$1" build="$2" out="$3"

mkdir -p "$build"
log="$build/log"

# Runs a step quietly; shows the whole log when it fails.
step() { "$@" >>"$log" 2>&1 || { tail -n 60 "$log" >&2; exit 1; }; }

step cmake -S "$here/boringssl" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  "-DBORINGSSL_SOURCE=$source" "-DCMAKE_INSTALL_PREFIX=$out"
step cmake --build "$build" --parallel "$(nproc)"
step cmake --install "$build"

# Both libraries must stay invisible to OpenSSL, which librdkafka brings into the same process.
# Columns of readelf: 5 binding, 6 visibility, 7 section, 8 name.
for library in libcrypto libssl; do
  [[ -f "$out/lib/$library.a" ]] || { printf 'missing %s.a\n' "$library" >&2; exit 1; }
  visible="$(readelf --syms --wide "$out/lib/$library.a" |
    awk '$5 ~ /GLOBAL|WEAK/ && $6 == "DEFAULT" && $7 != "UND" { print $8 }' |
    grep -E '^(SSL|EVP|X509|BIO|RSA|CRYPTO)_' | head -n 3 || true)"
  if [[ -n "$visible" ]]; then
    printf '%s.a must be compiled with hidden visibility, but shows\n%s\n' "$library" "$visible" >&2
    exit 1
  fi
done

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"

#include <memory>

namespace faultline::tls {

/// Digests, HMAC and random bytes of BoringSSL. One for the process; thread-safe.
[[nodiscard]] std::unique_ptr<Crypto> make_crypto();

}  // namespace faultline::tls

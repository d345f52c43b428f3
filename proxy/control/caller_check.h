// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/h1_codec.h"

#include <cstdint>
#include <optional>

namespace faultline::control {

/// From where the control port can be reached.
enum class Reach : uint8_t { Loopback, Anywhere };

/// Refuses requests that a web page could make a browser send here. The control port has no
/// password; what protects it from the pages that its user looks at is this check:
///
/// - DNS rebinding: a page's own name is made to resolve to 127.0.0.1. Its Host field still holds
///   that name, so only `localhost` and IP literals pass; on a loopback port only loopback ones. A
///   target in absolute form counts like a Host field (RFC 9112 3.2.2).
/// - Cross-site requests: a browser says in Origin (RFC 6454 7) which site's page asks. It must be
///   absent or this very authority.
///
/// A pure function. Nothing when the request may pass; else the answer, status 403.
[[nodiscard]] std::optional<http::LocalReply> check_caller(const http::RequestHead& head,
                                                           Reach reach);

}  // namespace faultline::control

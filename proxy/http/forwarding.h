// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"
#include "proxy/http/message.h"

#include <cstdint>
#include <string_view>

namespace faultline::http {

/// How a head is passed to the next hop (RFC 9110 7.6).
enum class Forwarding : uint8_t {
  /// As it came: order, case and all fields kept, nothing added. Only what Connection nominates is
  /// taken out, because it was meant for this hop.
  Transparent,
  /// As a gateway does it: hop-by-hop fields taken out, Via, Forwarded and X-Forwarded-* added.
  Gateway,
};

/// Who sent a request, for the fields that a gateway adds.
struct Hop {
  Forwarding mode = Forwarding::Transparent;
  std::string_view client;  // address without port; IPv6 without brackets
};

// Heads that the policy accepted. A head is marked edited only when something was changed; what
// depends on the fields (framing, keep_alive, is_upgrade) has been computed before and stays.
// Both return how many fields were removed.

/// A gateway also turns an absolute-form target into origin-form, with its authority as Host (RFC
/// 9112 3.2.2: the target wins). Texts made here live in `pool`'s blocks, held by the head.
uint64_t prepare_for_upstream(RequestHead& head, const Hop& hop, buffer::BlockPool& pool);

/// Whether a field name has an underscore, which some recipients read as '-'.
[[nodiscard]] bool has_underscored(const Fields& fields) noexcept;
/// Removes such fields; how many.
size_t strip_underscored(Head& head);

/// `closes`: the downstream connection ends after this answer.
uint64_t prepare_for_downstream(ResponseHead& head, Forwarding mode, bool closes);

}  // namespace faultline::http

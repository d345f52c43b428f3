// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/message.h"

#include <cstdint>
#include <optional>

namespace faultline::http {

/// The framing fields of one head after the policy accepted them: at most one of the two is set.
struct FramingFields {
  std::optional<uint64_t> content_length;
  bool is_chunked = false;
};

struct Framing {
  BodyFraming kind = BodyFraming::None;
  uint64_t length = 0;  // when kind is Length
};

/// RFC 9112 6.3, requests: chunked, else the length, else no body.
[[nodiscard]] Framing request_framing(const FramingFields& fields) noexcept;

/// RFC 9112 6.3, responses: no body after HEAD and with 1xx, 204 and 304; chunked, else the
/// length, else everything until the connection closes.
[[nodiscard]] Framing response_framing(const FramingFields& fields, int status,
                                       bool is_head_request) noexcept;

/// 1xx and 204 have no framing fields at all (RFC 9110 8.6, RFC 9112 6.1). A 304 may have them:
/// they describe the answer to GET.
[[nodiscard]] bool status_forbids_framing_fields(int status) noexcept;

/// 1xx, 204 and 304.
[[nodiscard]] bool status_forbids_body(int status) noexcept;

// For those who change a body: they set framing, framing fields and is_edited together, so that
// the three cannot disagree.

void frame_as_length(Head& head, uint64_t length);
/// HTTP/1.1 only; HTTP/1.0 knows no transfer codings.
void frame_as_chunked(Head& head);
void frame_as_empty(Head& head);

}  // namespace faultline::http

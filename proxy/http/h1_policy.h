// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/message.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::http {

// The rules that a grammar does not have (RFC 9110, RFC 9112, and what must not pass a proxy).
// Pure functions over heads that the grammar accepted: `raw` and `fields` borrow the same bytes.

/// Fills `fields` with the field lines of `lines`: what stands between the start line and the
/// empty line, every line with its CRLF. The grammar of names and
/// values is checked elsewhere.
[[nodiscard]] std::optional<Rejection> split_field_lines(std::string_view lines, Fields& fields);

/// Checks the fields and computes framing, keep_alive, is_upgrade and expects_continue. Marks the
/// head edited when its framing fields had to be made canonical. CONNECT is refused unless allowed.
[[nodiscard]] std::optional<Rejection> apply_request_policy(RequestHead& head, bool is_connect,
                                                            bool allows_connect);

/// What a response depends on besides itself.
struct ResponseContext {
  bool is_head_request = false;
  bool is_upgrade_request = false;
};

/// The same for a response; every rejection is a 502. Framing fields of 1xx and 204 are removed;
/// `stripped` counts them.
[[nodiscard]] std::optional<Rejection> apply_response_policy(ResponseHead& head,
                                                             const ResponseContext& context,
                                                             uint64_t& stripped);

/// Refuses framing fields in a trailer section and removes the names that may not stand there
/// (RFC 9110 6.5.1). `stripped` counts them.
[[nodiscard]] std::optional<Rejection> apply_trailer_policy(Fields& trailers, uint64_t& stripped);

/// One field line without its CRLF, checked byte by byte: name = token, no space before the
/// colon, no fold, no control byte. For lines that no grammar saw (trailers).
[[nodiscard]] std::optional<Field> parse_field_line(std::string_view line) noexcept;

}  // namespace faultline::http

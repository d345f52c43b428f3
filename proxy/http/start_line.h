// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/message.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::http {

/// The parts of a request line; they borrow from it.
struct RequestLine {
  std::string_view method;
  std::string_view target;
  Version version = Version::Http11;
  bool is_connect = false;
};

struct StatusLine {
  Version version = Version::Http11;
  int status = 0;
  std::string_view reason;
};

// The raw start-line checks. They see the bytes that the grammar's callbacks do not show: double
// spaces, other line ends, other protocols, a second CR. `line` includes its line end.

/// token SP target SP HTTP/1.[01] CRLF, exactly one SP each; the target form fits the method.
/// Malformed: 400; another HTTP version: 505; a well-formed line with an unknown method: 501.
/// CONNECT passes here: whether it is refused with 400 or 501 depends on its fields.
[[nodiscard]] std::optional<Rejection> parse_request_line(std::string_view line,
                                                          RequestLine& parsed) noexcept;

/// HTTP/1.[01] SP 3DIGIT [SP reason] CRLF with 100 <= status <= 599. Every rejection is a 502.
[[nodiscard]] std::optional<Rejection> parse_status_line(std::string_view line,
                                                         StatusLine& parsed) noexcept;

/// The authority of a checked absolute-form target; empty for every other form.
[[nodiscard]] std::string_view authority_of(std::string_view target) noexcept;

/// True when a line that is still arriving holds a byte that no start line may hold, so that
/// waiting for its end is pointless.
[[nodiscard]] bool has_control_byte(std::string_view partial_line) noexcept;

/// uri-host [":" port] (RFC 9110 7.2): not empty, no userinfo, no comma, no space.
[[nodiscard]] bool is_valid_host(std::string_view host) noexcept;

}  // namespace faultline::http

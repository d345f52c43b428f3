// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"
#include "proxy/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// Bounds on one body; beyond them it is left unread (LimitExceeded).
inline constexpr size_t kPartsMax = 1000;
inline constexpr size_t kPartFieldsMax = 32;

/// One part of a multipart body. Borrowed from the body.
struct Part {
  std::string name;  // of Content-Disposition: form-data; "" without one
  bool has_filename = false;
  std::vector<FieldView> fields;  // its own head
  std::string_view body;

  [[nodiscard]] std::string_view field(std::string_view wanted) const noexcept;
};

/// Splits a body at its boundary (RFC 2046, section 5.1.1; names by RFC 7578, section 4.2):
///
///     preamble CRLF --boundary CRLF head CRLF CRLF body CRLF --boundary-- CRLF epilogue
///
/// Bare line feeds are taken for line ends where a sender wrote those. ParseFailed tells what is
/// missing.
[[nodiscard]] Result<std::vector<Part>> parse_multipart(std::string_view body,
                                                        std::string_view boundary);

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Multipart bodies (RFC 2046 section 5.1, RFC 7578), cut at their boundary.
namespace faultline::redaction {

struct MultipartPart {
  std::string_view head;  // fields, without the empty line behind them
  std::string_view body;
};

inline constexpr size_t kMultipartPartsMax = 1000;

/// The parts in order, as views into the text; nothing when the text does not begin and end as its
/// boundary demands, or has too many parts: then nobody knows where a value ends.
[[nodiscard]] std::optional<std::vector<MultipartPart>> split_multipart(std::string_view text,
                                                                        std::string_view boundary);

/// A parameter of a field's value, `name="x; y"` or `name=x`: a view into the value, without its
/// quotes; escapes stay. Empty when there is none.
[[nodiscard]] std::string_view parameter_of(std::string_view value, std::string_view name);

/// A field of a part's head: a view into the head, without the space around it.
[[nodiscard]] std::string_view field_of(std::string_view head, std::string_view name);

}  // namespace faultline::redaction

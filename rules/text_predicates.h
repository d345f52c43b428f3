// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"
#include "rules/facts.h"

#include <string_view>

// The predicates of the matcher on texts of a message. None allocates.
namespace faultline::rules {

/// A query name or value as it is meant: '+' is a blank, %XX a byte, a '%' that begins no such
/// triple stands for itself. Decodes while it is read.
class DecodedText {
 public:
  explicit DecodedText(std::string_view raw) noexcept : rest_(raw) {}
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  char next() noexcept;

 private:
  std::string_view rest_;
};

/// Calls `visit(name, value)`, both raw, for one parameter of the query after the other until it
/// answers true; says whether it did. A parameter without '=' has an empty value.
template <typename Visit>
bool any_query_parameter(std::string_view query, Visit&& visit) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const auto pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    const auto value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (visit(pair.substr(0, equals), value)) return true;
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return false;
}

/// True when any field of that name has the wanted value (or is there, for a match without one).
[[nodiscard]] bool has_field(const FieldLookup& fields, const TextMatch& wanted) noexcept;

/// The same for parameters of a query string; names and values are compared decoded.
[[nodiscard]] bool has_query_parameter(std::string_view query, const TextMatch& wanted) noexcept;

/// The media type in the value of a Content-Type field: what stands before its parameters.
[[nodiscard]] std::string_view media_type_of(std::string_view field) noexcept;

/// `text` of a wanted `text/*`; nothing for any other wanted type, `*/*` included.
[[nodiscard]] std::string_view range_of(std::string_view wanted) noexcept;

/// True when Content-Type names that media type, without regard to case and parameters. `x/*`
/// takes every subtype, `*/*` every type.
[[nodiscard]] bool has_media_type(const FieldLookup& fields, std::string_view wanted) noexcept;

/// percent_decode(raw, plus_as_space) == wanted, without building the text.
[[nodiscard]] bool decoded_equals(std::string_view raw, std::string_view wanted) noexcept;

}  // namespace faultline::rules

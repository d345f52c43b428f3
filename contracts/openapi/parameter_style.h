// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/openapi/model.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Takes apart what a message says for one parameter, by its style and before its schema is asked
/// (OpenAPI 3.1.1, section 4.8.12.5 "Style Examples"; 2.0, "collectionFormat"). Delimiters are
/// looked for before anything is percent-decoded: an encoded comma inside an item is data.
///
/// Each function gets every occurrence of the parameter, raw: of a path parameter the one text that
/// its braces caught. Nothing comes back when the text is not of that style at all.
namespace faultline::contracts::openapi {

/// `name` and the decoded texts that were given for it.
struct NamedTexts {
  std::string name;
  std::vector<std::string> texts;
};

/// The text points into `raw`, or into `room` where it had to be decoded.
[[nodiscard]] std::optional<std::string_view> spelled_scalar(const Parameter& parameter,
                                                             std::string_view raw,
                                                             std::string& room);
[[nodiscard]] std::optional<std::vector<std::string>> spelled_list(
    const Parameter& parameter, std::span<const std::string_view> raw);
/// Not for objects that are spread over the query, a form or cookies: the caller has their pairs.
[[nodiscard]] std::optional<std::vector<NamedTexts>> spelled_object(
    const Parameter& parameter, std::span<const std::string_view> raw);

/// Whether the text holds a delimiter of the parameter's style: then a list or an object is meant.
[[nodiscard]] bool has_delimiter(const Parameter& parameter, std::string_view raw);

/// One text as the parameter's place encodes it: `+` is a space in a query, and nothing is encoded
/// in a header.
[[nodiscard]] std::string decode_text(const Parameter& parameter, std::string_view raw);
/// The same, in `raw` or in `room`.
[[nodiscard]] std::string_view decode_text(const Parameter& parameter, std::string_view raw,
                                           std::string& room);

/// The parts of an item that is a list itself (2.0 only), by the format of that level.
[[nodiscard]] std::vector<std::string> split_item(std::string_view item, Style style);

}  // namespace faultline::contracts::openapi

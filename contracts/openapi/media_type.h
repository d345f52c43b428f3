// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts::openapi {

/// `type/subtype;name=value`, names in lower case. A range has `*` for the subtype or for both.
struct MediaRange {
  std::string type;
  std::string subtype;
  std::vector<std::pair<std::string, std::string>> parameters;

  [[nodiscard]] static std::optional<MediaRange> parse(std::string_view text);
  /// "application/json", without parameters.
  [[nodiscard]] std::string essence() const { return type + "/" + subtype; }
  /// application/json or any +json.
  [[nodiscard]] bool is_json() const noexcept;
  [[nodiscard]] const std::string* parameter(std::string_view name) const noexcept;
};

/// How well a key of `content` fits the media type of a message: 0 not at all; the exact type beats
/// `text/*`, which beats `*/*`; of two equal ones the one whose parameters all occur. Parameters
/// that the key does not name play no part.
[[nodiscard]] int fit(const MediaRange& key, const MediaRange& actual) noexcept;

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/media_type.h"

#include "proxy/base/text.h"

#include <algorithm>

namespace faultline::contracts::openapi {
namespace {

std::string_view unquote(std::string_view value) noexcept {
  const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::optional<MediaRange> MediaRange::parse(std::string_view text) {
  const std::string_view essence = trim(text.substr(0, text.find(';')));
  const size_t slash = essence.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == essence.size() ||
      essence.find_first_of(" \t,", 0) != std::string_view::npos) {
    return std::nullopt;
  }
  MediaRange range;
  range.type = to_lower(essence.substr(0, slash));
  range.subtype = to_lower(essence.substr(slash + 1));
  while (text.find(';') != std::string_view::npos) {
    text.remove_prefix(text.find(';') + 1);
    const std::string_view parameter = trim(text.substr(0, text.find(';')));
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    range.parameters.emplace_back(to_lower(trim(parameter.substr(0, equals))),
                                  to_lower(unquote(trim(parameter.substr(equals + 1)))));
  }
  return range;
}

bool MediaRange::is_json() const noexcept {
  return (type == "application" && subtype == "json") || subtype.ends_with("+json");
}

const std::string* MediaRange::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters) {
    if (key == name) return &value;
  }
  return nullptr;
}

int fit(const MediaRange& key, const MediaRange& actual) noexcept {
  if (key.type != "*" && key.type != actual.type) return 0;
  if (key.subtype != "*" && key.subtype != actual.subtype) return 0;
  const bool has_all =
      std::all_of(key.parameters.begin(), key.parameters.end(), [&](const auto& parameter) {
        const std::string* value = actual.parameter(parameter.first);
        return value != nullptr && *value == parameter.second;
      });
  const int exactness = key.type == "*" ? 1 : key.subtype == "*" ? 2 : 3;
  // Parameters break ties only: contracts write `; charset=utf-8` where messages do not.
  return exactness * 4 + (key.parameters.empty() ? 1 : has_all ? 2 : 0);
}

}  // namespace faultline::contracts::openapi

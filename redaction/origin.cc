// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/origin.h"

#include "proxy/base/text.h"

#include <array>

namespace faultline::redaction {
namespace {

constexpr size_t kShownNameMax = 48;
// `address_line_2`, `oauth2` and `x-b3-id` are names, `8271` is somebody's number.
constexpr size_t kShownDigitsMax = 2;
// Deeper than this nobody reads a path.
constexpr size_t kPathNamesMax = 16;

constexpr std::array<std::string_view, 10> kParts{
    "text",    "method", "target",     "version",       "field",
    "trailer", "body",   "record key", "record header", "record value"};
constexpr std::array<std::string_view, 9> kRules{"form",   "name", "field",  "pair",     "contract",
                                                 "policy", "echo", "binary", "unsettled"};

}  // namespace

std::string_view part_name(Part part) noexcept { return kParts[static_cast<size_t>(part)]; }
std::string_view rule_name(Rule rule) noexcept { return kRules[static_cast<size_t>(rule)]; }

bool is_shown_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kShownNameMax) return false;
  size_t digits = 0;
  for (const char c : name) {
    digits = is_ascii_digit(c) ? digits + 1 : 0;
    const bool fits =
        is_ascii_alpha(c) || digits > 0 || c == '_' || c == '-' || c == '.' || c == '$' || c == ':';
    if (!fits || digits > kShownDigitsMax) return false;
  }
  return true;
}

uint32_t PlaceBook::number(Part part, std::string_view name, const NamePath& path) {
  // A text of values asks for one place all over.
  if (path.empty() && last_flat_ != kElsewhere && at(last_flat_).part == part &&
      at(last_flat_).name == name) {
    return last_flat_;
  }
  Place place;
  place.part = part;
  place.name = name;
  for (size_t i = 0; i < path.size() && i < kPathNamesMax; ++i) {
    place.path += '/';
    place.path += is_shown_name(path[i]) ? path[i] : std::string_view("*");
  }
  const auto known = numbers_.find(place);
  if (known != numbers_.end()) {
    if (path.empty()) last_flat_ = known->second;
    return known->second;
  }
  if (places_.size() == kPlacesMax) return kElsewhere;
  const auto [at, is_new] =
      numbers_.emplace(std::move(place), static_cast<uint32_t>(places_.size()));
  places_.push_back(&at->first);
  return at->second;
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/origin.h"

#include "proxy/base/text.h"

#include <algorithm>
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

namespace {

// Whether `pointer` is how `path` is written.
bool spells(std::string_view pointer, const NamePath& path) {
  for (size_t i = 0; i < path.size() && i < kPathNamesMax; ++i) {
    if (!pointer.starts_with('/')) return false;
    pointer.remove_prefix(1);
    // A name that is shown holds no slash and is no star.
    const std::string_view name = pointer.substr(0, std::min(pointer.find('/'), pointer.size()));
    if (name == "*" ? is_shown_name(path[i]) : name != path[i]) return false;
    pointer.remove_prefix(name.size());
  }
  return pointer.empty();
}

}  // namespace

uint32_t PlaceBook::number(Part part, std::string_view name, const NamePath& path) {
  const uint32_t likely = next_[last_];
  const Place& place = *places_[likely];
  const bool is_likely =
      likely != kElsewhere && place.part == part && place.name == name && spells(place.path, path);
  const uint32_t number = is_likely ? likely : look_up(part, name, path);
  next_[last_] = number;
  last_ = number;
  return number;
}

uint32_t PlaceBook::look_up(Part part, std::string_view name, const NamePath& path) {
  Place place;
  place.part = part;
  place.name = name;
  for (size_t i = 0; i < path.size() && i < kPathNamesMax; ++i) {
    place.path += '/';
    place.path += is_shown_name(path[i]) ? path[i] : std::string_view("*");
  }
  const auto known = numbers_.find(place);
  if (known != numbers_.end()) return known->second;
  if (places_.size() == kPlacesMax) return kElsewhere;
  const auto [at, is_new] =
      numbers_.emplace(std::move(place), static_cast<uint32_t>(places_.size()));
  places_.push_back(&at->first);
  next_.push_back(kElsewhere);
  return at->second;
}

}  // namespace faultline::redaction

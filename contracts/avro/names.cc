// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/names.h"

#include "proxy/base/text.h"

#include <algorithm>

namespace faultline::contracts::avro {

bool is_simple_name(std::string_view text) noexcept {
  const auto fits = [](char c) { return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_'; };
  return !text.empty() && !is_ascii_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), fits);
}

bool is_dotted_name(std::string_view text) noexcept {
  while (true) {
    const size_t dot = text.find('.');
    if (!is_simple_name(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string_view namespace_of(std::string_view full_name) noexcept {
  const size_t dot = full_name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : full_name.substr(0, dot);
}

std::string_view simple_name_of(std::string_view full_name) noexcept {
  return full_name.substr(full_name.rfind('.') + 1);
}

std::string full_name(std::string_view name, std::string_view space) {
  if (space.empty() || name.find('.') != std::string_view::npos) return std::string(name);
  return std::string(space) + "." + std::string(name);
}

}  // namespace faultline::contracts::avro

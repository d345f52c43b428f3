// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/parameter_style.h"

#include "proxy/base/text.h"

#include <algorithm>

namespace faultline::contracts::openapi {
namespace {

using Separators = std::span<const std::string_view>;

constexpr std::string_view kComma[] = {","};
constexpr std::string_view kDot[] = {"."};
constexpr std::string_view kSemicolon[] = {";"};
constexpr std::string_view kSpace[] = {"%20", " ", "+"};  // the last one in queries and forms
constexpr std::string_view kPipe[] = {"|", "%7C", "%7c"};
constexpr std::string_view kTab[] = {"%09", "\t"};

/// Between the items of a list, or between the members of an object.
Separators separators_of(const Parameter& parameter, std::string_view raw) {
  switch (parameter.style) {
    case Style::SpaceDelimited: {
      const bool is_form = parameter.in == ParameterIn::Query || parameter.in == ParameterIn::Form;
      return Separators(kSpace).first(is_form ? 3 : 2);
    }
    case Style::PipeDelimited:
      return kPipe;
    case Style::TabDelimited:
      return kTab;
    case Style::Matrix:
      return parameter.explode ? Separators(kSemicolon) : Separators(kComma);
    case Style::Label:
      // The table of 3.0.0 to 3.0.3 shows dots where RFC 6570 and later versions have commas.
      if (parameter.explode) return kDot;
      return parameter.has_dotted_label && raw.find(',') == std::string_view::npos
                 ? Separators(kDot)
                 : Separators(kComma);
    case Style::Simple:
    case Style::Form:
    case Style::DeepObject:
    case Style::Cookie:
      return kComma;
  }
  return kComma;
}

std::vector<std::string_view> split_at(std::string_view raw, Separators separators) {
  std::vector<std::string_view> items;
  size_t start = 0;
  for (size_t at = 0; at < raw.size();) {
    const auto found = std::find_if(
        separators.begin(), separators.end(),
        [&](std::string_view candidate) { return raw.substr(at).starts_with(candidate); });
    if (found == separators.end()) {
      ++at;
      continue;
    }
    items.push_back(raw.substr(start, at - start));
    at += found->size();
    start = at;
  }
  items.push_back(raw.substr(start));
  return items;
}

/// `;name=`, or `;name` at the end: what stands behind it.
std::optional<std::string_view> behind_matrix_name(const Parameter& parameter,
                                                   std::string_view raw) {
  if (!raw.starts_with(';')) return std::nullopt;
  raw.remove_prefix(1);
  const size_t equals = std::min(raw.find('='), raw.size());
  if (percent_decode(raw.substr(0, equals)) != parameter.name) return std::nullopt;
  return raw.substr(std::min(equals + 1, raw.size()));
}

/// The text behind what the style writes before a value.
std::optional<std::string_view> without_prefix(const Parameter& parameter, std::string_view raw) {
  if (parameter.style == Style::Matrix) return behind_matrix_name(parameter, raw);
  if (parameter.style != Style::Label) return raw;
  if (!raw.starts_with('.')) return std::nullopt;
  return raw.substr(1);
}

void decode_into(std::vector<std::string>& items, const Parameter& parameter,
                 const std::vector<std::string_view>& parts) {
  for (const std::string_view part : parts) items.push_back(decode_text(parameter, part));
}

/// `;name=a;name=b`: the items of an exploded list in a matrix.
std::optional<std::vector<std::string>> matrix_items(const Parameter& parameter,
                                                     std::string_view raw) {
  if (!raw.starts_with(';')) return std::nullopt;
  std::vector<std::string> items;
  for (const std::string_view part : split_at(raw.substr(1), kSemicolon)) {
    const size_t equals = std::min(part.find('='), part.size());
    if (percent_decode(part.substr(0, equals)) != parameter.name) return std::nullopt;
    items.push_back(decode_text(parameter, part.substr(std::min(equals + 1, part.size()))));
  }
  return items;
}

/// `R=100,G=200`
std::optional<std::vector<NamedTexts>> assigned_members(
    const Parameter& parameter, const std::vector<std::string_view>& parts) {
  std::vector<NamedTexts> members;
  for (const std::string_view part : parts) {
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    members.push_back({decode_text(parameter, part.substr(0, equals)),
                       {decode_text(parameter, part.substr(equals + 1))}});
  }
  return members;
}

/// `R,100,G,200`
std::optional<std::vector<NamedTexts>> alternating_members(
    const Parameter& parameter, const std::vector<std::string_view>& parts) {
  if (parts.size() % 2 != 0) return std::nullopt;
  std::vector<NamedTexts> members;
  for (size_t i = 0; i < parts.size(); i += 2) {
    members.push_back({decode_text(parameter, parts[i]), {decode_text(parameter, parts[i + 1])}});
  }
  return members;
}

}  // namespace

std::string_view decode_text(const Parameter& parameter, std::string_view raw, std::string& room) {
  const bool plus_as_space = parameter.in == ParameterIn::Query ||
                             parameter.in == ParameterIn::QueryString ||
                             parameter.in == ParameterIn::Form;
  switch (parameter.in) {
    case ParameterIn::Header:
      return trim(raw);
    case ParameterIn::Cookie:
      // 3.2: style `cookie` sends values as they are.
      if (parameter.style == Style::Cookie) return raw;
      break;
    case ParameterIn::Path:
    case ParameterIn::Query:
    case ParameterIn::QueryString:
    case ParameterIn::Form:
      break;
  }
  if (!is_percent_encoded(raw, plus_as_space)) return raw;
  return room = percent_decode(raw, plus_as_space);
}

std::string decode_text(const Parameter& parameter, std::string_view raw) {
  std::string room;
  return std::string(decode_text(parameter, raw, room));
}

bool has_delimiter(const Parameter& parameter, std::string_view raw) {
  const auto text = without_prefix(parameter, raw);
  return text && split_at(*text, separators_of(parameter, *text)).size() > 1;
}

std::optional<std::string_view> spelled_scalar(const Parameter& parameter, std::string_view raw,
                                               std::string& room) {
  const bool has_prefix = parameter.style == Style::Matrix || parameter.style == Style::Label;
  if (!has_prefix) return decode_text(parameter, raw, room);
  const auto text = without_prefix(parameter, raw);
  if (!text) return std::nullopt;
  return decode_text(parameter, *text, room);
}

std::optional<std::vector<std::string>> spelled_list(const Parameter& parameter,
                                                     std::span<const std::string_view> raw) {
  std::vector<std::string> items;
  const bool is_repeated =
      parameter.explode && (parameter.style == Style::Form || parameter.style == Style::Cookie);
  for (const std::string_view occurrence : raw) {
    if (is_repeated) {
      items.push_back(decode_text(parameter, occurrence));
      continue;
    }
    if (parameter.style == Style::Matrix && parameter.explode) {
      return matrix_items(parameter, occurrence);
    }
    const auto text = without_prefix(parameter, occurrence);
    if (!text) return std::nullopt;
    decode_into(items, parameter, split_at(*text, separators_of(parameter, *text)));
  }
  return items;
}

std::optional<std::vector<NamedTexts>> spelled_object(const Parameter& parameter,
                                                      std::span<const std::string_view> raw) {
  std::string_view text = raw.front();
  if (parameter.style == Style::Matrix && parameter.explode) {
    if (!text.starts_with(';')) return std::nullopt;
    return assigned_members(parameter, split_at(text.substr(1), kSemicolon));
  }
  const auto bare = without_prefix(parameter, text);
  if (!bare) return std::nullopt;
  const auto parts = split_at(*bare, separators_of(parameter, *bare));
  return parameter.explode ? assigned_members(parameter, parts)
                           : alternating_members(parameter, parts);
}

std::vector<std::string> split_item(std::string_view item, Style style) {
  Parameter level;
  level.style = style;
  std::vector<std::string> items;
  for (const std::string_view part : split_at(item, separators_of(level, item))) {
    items.emplace_back(part);
  }
  return items;
}

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/media_type.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>

namespace faultline::contracts::openapi {
namespace {

/// RFC 9110, section 5.6.2.
bool is_token_char(char c) noexcept {
  return is_ascii_digit(c) || is_ascii_alpha(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

/// The text between the quotes at the front, and what follows the closing one. Without a closing
/// quote the text runs to the end.
std::string take_quoted(std::string_view& text) {
  std::string value;
  size_t at = 1;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    value += text[at++];
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  return value;
}

bool is_json_lines(std::string_view subtype) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"jsonl", "x-jsonlines", "jsonlines",
                                                      "x-ndjson", "ndjson"};
  return std::find(kNames.begin(), kNames.end(), subtype) != kNames.end();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_field_parameters(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parameters;
  text.remove_prefix(std::min(text.find(';'), text.size()));
  while (text.starts_with(';')) {
    text.remove_prefix(1);
    const size_t end = std::min(text.find_first_of("=;"), text.size());
    std::string name = to_lower(trim(text.substr(0, end)));
    text.remove_prefix(end);
    if (!text.starts_with('=')) continue;
    text = trim(text.substr(1));
    std::string value;
    if (text.starts_with('"')) {
      value = take_quoted(text);
      text.remove_prefix(std::min(text.find(';'), text.size()));
    } else {
      const size_t stop = std::min(text.find(';'), text.size());
      value = trim(text.substr(0, stop));
      text.remove_prefix(stop);
    }
    if (is_token(name)) parameters.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

std::optional<MediaRange> MediaRange::parse(std::string_view text) {
  const std::string_view essence = trim(text.substr(0, text.find(';')));
  const size_t slash = essence.find('/');
  if (slash == std::string_view::npos || !is_token(essence.substr(0, slash)) ||
      !is_token(essence.substr(slash + 1))) {
    return std::nullopt;
  }
  MediaRange range;
  range.type = to_lower(essence.substr(0, slash));
  range.subtype = to_lower(essence.substr(slash + 1));
  range.parameters = parse_field_parameters(text);
  return range;
}

bool MediaRange::is_json() const noexcept {
  return ((type == "application" || type == "text") && subtype == "json") ||
         subtype.ends_with("+json");
}

BodyKind MediaRange::kind() const noexcept {
  if (is_json()) return BodyKind::Json;
  if (type == "multipart") return BodyKind::Multipart;
  if (type == "text" && subtype == "event-stream") return BodyKind::EventStream;
  if (subtype.ends_with("+xml") ||
      ((type == "application" || type == "text") && subtype == "xml")) {
    return BodyKind::Xml;
  }
  if (type == "text") return BodyKind::Text;
  if (type != "application") return BodyKind::Binary;
  if (subtype == "x-www-form-urlencoded") return BodyKind::Form;
  if (subtype == "json-seq" || subtype.ends_with("+json-seq")) return BodyKind::JsonSequence;
  return is_json_lines(subtype) ? BodyKind::JsonLines : BodyKind::Binary;
}

const std::string* MediaRange::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string media_type_reason(const MediaRange* key, BodyKind kind) {
  const bool is_one = key != nullptr && key->type != "*" && key->subtype != "*";
  if (is_one) return "media-type:" + key->essence();
  if (kind == BodyKind::Xml) return "media-type:xml";
  return kind == BodyKind::Multipart ? "media-type:multipart" : "media-type:other";
}

int fit(const MediaRange& key, const MediaRange& actual) noexcept {
  if (key.type != "*" && key.type != actual.type) return 0;
  if (key.subtype != "*" && key.subtype != actual.subtype) return 0;
  const bool has_all =
      std::all_of(key.parameters.begin(), key.parameters.end(), [&](const auto& parameter) {
        const std::string* value = actual.parameter(parameter.first);
        return value != nullptr && iequals(*value, parameter.second);
      });
  const int exactness = key.type == "*" ? 1 : key.subtype == "*" ? 2 : 3;
  // Parameters break ties only: contracts write `; charset=utf-8` where messages do not.
  return exactness * 4 + (key.parameters.empty() ? 1 : has_all ? 2 : 0);
}

}  // namespace faultline::contracts::openapi

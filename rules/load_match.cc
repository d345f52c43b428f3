// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "rules/load_parts.h"
#include "rules/path_template.h"

#include <fmt/core.h>

#include <algorithm>

namespace faultline::rules {
namespace {

// RFC 9110 5.6.2.
constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || kMarks.find(c) != std::string_view::npos;
  });
}

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (auto& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return upper;
}

std::optional<int> parse_status(std::string_view text) {
  const auto number = text.size() == 3 ? parse_u64(text) : std::nullopt;
  if (!number || *number < 100 || *number > 599) return std::nullopt;
  return static_cast<int>(*number);
}

// 404, 5xx, 500-599.
std::optional<StatusRange> parse_status_range(std::string_view text) {
  if (text.size() == 3 && text[0] >= '1' && text[0] <= '5' && iequals(text.substr(1), "xx")) {
    const int hundred = (text[0] - '0') * 100;
    return StatusRange{hundred, hundred + 99};
  }
  const size_t dash = text.find('-');
  const auto low = parse_status(text.substr(0, dash));
  const auto high = dash == std::string_view::npos ? low : parse_status(text.substr(dash + 1));
  if (!low || !high || *low > *high) return std::nullopt;
  return StatusRange{*low, *high};
}

bool is_media_type(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto type = text.substr(0, slash);
  const auto subtype = text.substr(slash + 1);
  if (type == "*") return subtype == "*";
  return is_token(type) && type.find('*') == std::string_view::npos &&
         (subtype == "*" || (is_token(subtype) && subtype.find('*') == std::string_view::npos));
}

void load_listener_names(ObjectReader& reader, const Config& config, MatchConfig& match) {
  const auto known = names_of(config.listeners);
  for (auto& name : reader.texts("listener")) {
    if (!check_reference(reader.context(), name, "listener", known)) continue;
    match.listeners.push_back(std::move(name.text));
  }
}

void load_methods(ObjectReader& reader, MatchConfig& match) {
  for (const auto& method : reader.texts("method")) {
    if (is_token(method.text)) {
      match.methods.push_back(to_upper(method.text));
      continue;
    }
    auto& d = reader.context().error(
        "FL0118", method, fmt::format("{} is not an HTTP method", method.shown()), "not a method");
    d.help = "write GET, or a list such as [GET, HEAD]";
  }
}

void load_path(ObjectReader& reader, MatchConfig& match) {
  const auto text = reader.text("path");
  if (!text) return;
  auto path = parse_path_template(text->text);
  if (path) {
    match.path = std::move(*path);
    return;
  }
  auto& d = reader.context().error("FL0114", *text,
                                   fmt::format("{} is not a path template", text->shown()),
                                   text->is_secret ? "not a path" : path.error().message);
  d.help = "write /cart/:id or \"/cart/{id}\"";
}

std::optional<std::string> wanted_value(const Scalar& scalar) {
  if (scalar.text == "*") return std::nullopt;
  return scalar.text;
}

void load_headers(ObjectReader& reader, MatchConfig& match) {
  NameRegister names("header");
  for (const auto& [key, value] : reader.text_map("headers")) {
    if (!check_header_name(reader.context(), key.string(), key.span())) continue;
    names.add(reader.context(), to_lower(key.string()), key.span());
    match.headers.push_back({to_lower(key.string()), wanted_value(value)});
  }
}

void load_query(ObjectReader& reader, MatchConfig& match) {
  for (const auto& [key, value] : reader.text_map("query")) {
    match.query.push_back({std::string(key.string()), wanted_value(value)});
  }
}

void load_statuses(ObjectReader& reader, MatchConfig& match) {
  for (const auto& text : reader.texts("status")) {
    if (const auto range = parse_status_range(text.text)) {
      match.statuses.push_back(*range);
      continue;
    }
    auto& d = reader.context().error(
        "FL0106", text, fmt::format("{} is not a status", text.shown()), "not a status");
    d.help = "write 404, 5xx or 500-599";
  }
}

void load_content_type(ObjectReader& reader, MatchConfig& match) {
  const auto text = reader.text("content_type");
  if (!text) return;
  if (is_media_type(text->text)) {
    match.content_type = to_lower(text->text);
    return;
  }
  auto& d = reader.context().error(
      "FL0118", *text, fmt::format("{} is not a media type", text->shown()), "not a media type");
  d.help = "write application/json or text/*, without parameters";
}

}  // namespace

bool check_header_name(LoadContext& context, std::string_view name, SourceSpan span) {
  if (is_token(name)) return true;
  context.error("FL0118", span, fmt::format("'{}' is not the name of a header", name),
                "not a header name");
  return false;
}

MatchConfig load_match(ObjectReader& reader, const Config& config) {
  MatchConfig match;
  load_listener_names(reader, config, match);
  if (const auto side = reader.choice("direction")) match.direction = static_cast<Side>(*side);
  load_methods(reader, match);
  load_path(reader, match);
  load_headers(reader, match);
  load_query(reader, match);
  load_statuses(reader, match);
  load_content_type(reader, match);
  return match;
}

}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/path_template.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>

namespace faultline::rules {
namespace {

// Bounds the matcher's walk; real paths have a dozen.
constexpr size_t kSegments = 64;

bool is_parameter_name(std::string_view name) {
  if (name.empty()) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '-' || c == '.';
  });
}

tl::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::InvalidArgument, std::move(why), ErrorSource::Input);
}

Result<PathSegment> parse_segment(std::string_view text) {
  const bool is_colon = !text.empty() && text.front() == ':';
  const bool is_brace = text.size() >= 2 && text.front() == '{' && text.back() == '}';
  if (is_colon || is_brace) {
    const auto name = is_colon ? text.substr(1) : text.substr(1, text.size() - 2);
    if (!is_parameter_name(name)) return refuse(fmt::format("'{}' is not a parameter", text));
    return PathSegment{true, std::string(name)};
  }
  if (text.find_first_of("{}") != std::string_view::npos) {
    return refuse("a parameter must be a whole segment");
  }
  if (text == "*" || text == "**") {
    return refuse("'*' is not a wildcard; a parameter takes one segment");
  }
  return PathSegment{false, std::string(text)};
}

}  // namespace

Result<PathTemplate> parse_path_template(std::string_view text) {
  if (text.empty() || text.front() != '/') return refuse("it does not begin with '/'");
  for (const char c : text) {
    if (c == '?') return refuse("the query belongs into 'query'");
    if (c == '#') return refuse("a fragment never reaches a server");
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) {
      return refuse("it holds a blank or a control character");
    }
  }
  PathTemplate path;
  for (const auto part : split(text.substr(1), '/')) {
    FL_TRY(auto segment, parse_segment(part));
    const bool is_repeated =
        segment.is_parameter &&
        std::any_of(path.segments.begin(), path.segments.end(), [&segment](const auto& earlier) {
          return earlier.is_parameter && earlier.text == segment.text;
        });
    if (is_repeated) return refuse(fmt::format("parameter '{}' occurs twice", segment.text));
    path.text += fmt::format("/{}{}", segment.is_parameter ? ":" : "", segment.text);
    path.segments.push_back(std::move(segment));
  }
  if (path.segments.size() > kSegments) {
    return refuse(fmt::format("it has more than {} segments", kSegments));
  }
  return path;
}

bool matches_path(const PathTemplate& wanted, std::string_view path) noexcept {
  for (const auto& segment : wanted.segments) {
    if (!path.starts_with('/')) return false;
    path.remove_prefix(1);
    const auto text = path.substr(0, path.find('/'));
    if (segment.is_parameter ? text.empty() : text != segment.text) return false;
    path.remove_prefix(text.size());
  }
  return path.empty();
}

}  // namespace faultline::rules

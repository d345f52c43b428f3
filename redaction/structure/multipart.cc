// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/structure/multipart.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <utility>

namespace faultline::redaction {
namespace {

// The end of the line that begins at `from`, behind its line end; npos in the last line.
size_t next_line(std::string_view text, size_t from) {
  const size_t end = text.find('\n', from);
  return end == std::string_view::npos ? end : end + 1;
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// Fields, an empty line, the body. A part without an empty line is all body.
MultipartPart cut_part(std::string_view part) {
  for (size_t line = 0; line < part.size();) {
    const size_t next = std::min(next_line(part, line), part.size());
    if (without_line_end(part.substr(line, next - line)).empty()) {
      return {part.substr(0, line), part.substr(next)};
    }
    line = next;
  }
  return {{}, part};
}

}  // namespace

std::optional<std::vector<MultipartPart>> split_multipart(std::string_view text,
                                                          std::string_view boundary) {
  if (boundary.empty() || boundary.size() > 70) return std::nullopt;
  const std::string mark = "--" + std::string(boundary);
  if (!text.starts_with(mark)) return std::nullopt;
  std::vector<MultipartPart> parts;
  size_t begin = next_line(text, 0);
  while (begin != std::string_view::npos) {
    const size_t end = text.find("\n" + mark, begin - 1);
    if (end == std::string_view::npos) return std::nullopt;
    if (parts.size() == kMultipartPartsMax) return std::nullopt;
    // The line end in front of a boundary belongs to the boundary.
    const size_t part_end = std::max(end + 1, begin);
    parts.push_back(cut_part(without_line_end(text.substr(begin, part_end - begin))));
    const size_t behind = end + 1 + mark.size();
    if (text.substr(behind).starts_with("--")) {
      const bool ends = text.find_first_not_of(" \t\r\n", behind + 2) == std::string_view::npos;
      return ends ? std::optional(std::move(parts)) : std::nullopt;
    }
    begin = next_line(text, behind);
  }
  return std::nullopt;
}

std::string_view parameter_of(std::string_view value, std::string_view name) {
  for (size_t at = std::min(value.find(';'), value.size()); at < value.size();) {
    ++at;
    const size_t equals = std::min(value.find('=', at), value.size());
    if (equals == value.size()) return {};
    const bool is_it = iequals(trim(value.substr(at, equals - at)), name);
    size_t begin = equals + 1;
    size_t end = begin;
    if (begin < value.size() && value[begin] == '"') {
      end = ++begin;
      while (end < value.size() && value[end] != '"') end += value[end] == '\\' ? 2 : 1;
      end = std::min(end, value.size());
      at = std::min(value.find(';', end), value.size());
    } else {
      at = end = std::min(value.find(';', begin), value.size());
    }
    if (is_it) return trim(value.substr(begin, end - begin));
  }
  return {};
}

std::string_view field_of(std::string_view head, std::string_view name) {
  for (size_t line = 0; line < head.size();) {
    const size_t next = std::min(next_line(head, line), head.size());
    const std::string_view field = without_line_end(head.substr(line, next - line));
    const size_t colon = field.find(':');
    if (colon != std::string_view::npos && iequals(trim(field.substr(0, colon)), name)) {
      return trim(field.substr(colon + 1));
    }
    line = next;
  }
  return {};
}

}  // namespace faultline::redaction

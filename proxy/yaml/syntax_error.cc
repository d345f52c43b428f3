// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/yaml/syntax_error.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace faultline::yaml {
namespace {

// The byte that (line, column) names; the end of the line when the column is beyond it.
uint32_t offset_of(const SourceFile& file, int line, int column) {
  const auto wanted = static_cast<uint32_t>(std::max(line, 1));
  auto rest = file.line(wanted);
  if (rest.data() == nullptr) return static_cast<uint32_t>(file.text().size());
  auto offset = static_cast<uint32_t>(rest.data() - file.text().data());
  for (int i = 1; i < column && !rest.empty(); ++i) {
    const size_t length = std::max<size_t>(1, utf8_sequence_length(rest));
    rest.remove_prefix(length);
    offset += static_cast<uint32_t>(length);
  }
  return offset;
}

// The text without blanks or commas around `at`; braces inside it are closed.
SourceSpan word_around(std::string_view text, size_t at) {
  const auto ends_word = [](char c) { return c == ' ' || c == ',' || c == '\n' || c == '\r'; };
  size_t from = at;
  while (from > 0 && !ends_word(text[from - 1])) --from;
  size_t to = at;
  int depth = 0;
  while (to < text.size() && !ends_word(text[to])) {
    if (text[to] == '{') ++depth;
    if (text[to] == '}' && --depth < 0) break;
    ++to;
  }
  return {static_cast<uint32_t>(from), static_cast<uint32_t>(to - from)};
}

// `/cart/{id}` as `/cart/:id`.
std::string with_colons(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (c == '{') text += ':';
    if (c != '{' && c != '}') text += c;
  }
  return text;
}

}  // namespace

Diagnostic syntax_error(const SourceFilePtr& file, std::string_view message, int line, int column) {
  Diagnostic d;
  d.code = "FL0001";
  d.message = message;
  d.file = file;
  const auto text = file->text();
  const size_t at = offset_of(*file, line, column);
  d.span = {static_cast<uint32_t>(at), at < text.size() ? 1U : 0U};  // nothing stands at the end
  if (at >= text.size() || text[at] != '{' || at == 0) return d;
  const auto word_span = word_around(text, at);
  const auto word = text.substr(word_span.offset, word_span.length);
  if (word.front() == '/') {
    d.span = word_span;
    d.label = "braces cannot stand here without quotes";
    d.replacement = with_colons(word);
    d.help = fmt::format("quote the path, or write {}", *d.replacement);
  } else if (text[at - 1] == '$') {
    d.span = word_span;
    d.label = "braces cannot stand here without quotes";
    d.replacement = fmt::format("\"{}\"", word);
    d.help = fmt::format("quote the value: {}", *d.replacement);
  }
  return d;
}

}  // namespace faultline::yaml

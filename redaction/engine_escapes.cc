// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Texts with percent escapes or escapes of JSON strings: what they say is judged, and beside it
// what is found in them as they stand. The decoded text hides a form that an escape is a part of,
// as
// `%B4` is of a card's track, and shows ends of values that are none: `%26`, or the `\n` of a path.
#include "proxy/base/text.h"
#include "redaction/decode.h"
#include "redaction/engine.h"

#include <algorithm>

namespace faultline::redaction {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

std::string_view view_of(std::string_view text, Range range) {
  return text.substr(range.begin, range.size());
}

// Edits of a decoded text become edits of its source, which begins `at` bytes on in another one.
void map_back(const MappedText& layer, uint32_t at, size_t first, Edits& edits) {
  for (size_t i = first; i < edits.size(); ++i) {
    edits[i].begin = at + layer.at[edits[i].begin];
    edits[i].end = at + layer.at[edits[i].end];
  }
}

// What replaces a part of the text that was percent-encoded is it, too.
void escape_again(std::string_view text, size_t first, Edits& edits) {
  for (size_t i = first; i < edits.size(); ++i) {
    if (has_percent_escape(view_of(text, {edits[i].begin, edits[i].end}))) {
      edits[i].text = percent_encode(edits[i].text);
    }
  }
}

// Of a value in quotes or of a document the decoded text shows the end.
bool shows_its_end(std::string_view decoded) {
  constexpr std::string_view kOpens = "\"'`{[<";
  return !decoded.empty() && kOpens.find(decoded.front()) != std::string_view::npos;
}

// Without the backslash in front of what a value ends at: the quote of `\"a=b\"`.
Range without_half_escape(std::string_view text, Range value) {
  if (is_inside_json_escape(text, value.end)) --value.end;
  return value;
}

Range first_word(std::string_view text, Range value) {
  return {value.begin, std::min(text.find_first_of(kSpaces, value.begin), value.end)};
}

}  // namespace

void Engine::edit_escaped(std::string_view text, const Scan& scan, unsigned depth, Edits& out) {
  for (const auto& find : scan.finds) {
    // A known value may hold what looks like an escape.
    if (find.class_id == ClassId::KnownValue) edit_find(text, find, out);
  }
  if (scan.has_percent) {
    edit_percent_escaped(text, scan, depth, out);
  } else {
    edit_json_escaped(text, scan, depth, out);
  }
}

void Engine::edit_layer(const MappedText& layer, unsigned depth, Edits& out) {
  const size_t first = out.size();
  edit_value(layer.text, depth, out);
  map_back(layer, 0, first, out);
}

void Engine::edit_percent_escaped(std::string_view text, const Scan& scan, unsigned depth,
                                  Edits& out) {
  const size_t first = out.size();
  edit_layer(unpercent(text, false), depth, out);
  escape_again(text, first, out);
  for (const auto& find : scan.finds) {
    if (find.class_id != ClassId::KnownValue) edit_unescaped(text, find, out);
  }
}

// What a value is without its escapes is judged and replaced: it is the same value wherever it
// stands.
void Engine::edit_unescaped(std::string_view text, const Find& find, Edits& out) {
  const Range range = without_half_escape(text, find.range);
  const MappedText value = unpercent(view_of(text, range), false);
  if (find.kind != NameKind::None && shows_its_end(value.text)) return;
  Find whole = find;
  whole.range = {0, value.text.size()};
  const size_t first = out.size();
  edit_find(value.text, whole, out);
  map_back(value, static_cast<uint32_t>(range.begin), first, out);
  escape_again(text, first, out);
}

void Engine::edit_json_escaped(std::string_view text, const Scan& scan, unsigned depth,
                               Edits& out) {
  // A quoted value ends at a quote that is not escaped, which only the undecoded text shows.
  for (const auto& find : scan.finds) {
    if (find.quoted) edit_find(text, find, out);
  }
  edit_layer(unescape_json(text), depth, out);
  // A find by form may begin inside an escape, so those come from the decoded text alone.
  for (const auto& find : scan.finds) {
    if (find.quoted || find.kind == NameKind::None) continue;
    Find word = find;
    word.range = without_half_escape(text, first_word(text, find.range));
    if (shows_its_end(unescape_json(view_of(text, word.range)).text)) continue;
    edit_find(text, word, out);
  }
}

}  // namespace faultline::redaction

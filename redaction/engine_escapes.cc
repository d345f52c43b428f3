// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Texts with percent escapes or escapes of JSON strings: what they say is judged, and beside it
// what is found in them as they stand. The decoded text shows ends of values that are none: `%26`,
// or the `\n` of a path.
#include "proxy/base/text.h"
#include "redaction/decode.h"
#include "redaction/engine.h"

#include <algorithm>

namespace faultline::redaction {
namespace {

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

// Bytes of an escape at `at` that stands for the end of a line, or 0.
size_t line_end_size(std::string_view text, size_t at) {
  const std::string_view escape = text.substr(at, 3);
  if (escape == "%0A" || escape == "%0D" || escape == "%0a" || escape == "%0d") return 3;
  const bool is_json = escape.starts_with("\\n") || escape.starts_with("\\r");
  return is_json && !is_inside_json_escape(text, at) ? 2 : 0;
}

// `Name: ` of a header, or `NAME=x` of an environment. Whatever else stands behind the end of a
// line may belong to the value in front of it: base64 in lines, an address, the `\new` of a path.
bool begins_line(std::string_view text, bool may_assign) {
  constexpr size_t kNameMax = 64;
  size_t end = 0;
  bool is_upper = true;
  for (; end < text.size() && end < kNameMax; ++end) {
    const char c = text[end];
    if (!is_alnum(c) && c != '-' && c != '_') break;
    is_upper = is_upper && !(c >= 'a' && c <= 'z') && c != '-';
  }
  if (end == 0 || is_ascii_digit(text.front())) return false;
  const std::string_view behind = text.substr(end);
  if (behind.starts_with(": ") || behind.starts_with(":%20")) return true;
  return may_assign && is_upper && behind.size() > 1 && behind[0] == '=' &&
         (is_alnum(behind[1]) || behind[1] == '/');
}

// What of a value stands in front of the next line, without the backslash in front of what it ends
// at: the quote of `\"a=b\"`.
Range first_line(std::string_view text, Range value, bool may_assign) {
  for (size_t i = value.begin; i < value.end; ++i) {
    if (text[i] != '%' && text[i] != '\\') continue;
    size_t next = i;
    while (const size_t size = line_end_size(text, next)) next += size;
    if (next == i) continue;
    if (next >= value.end || begins_line(text.substr(next), may_assign)) return {value.begin, i};
    i = next - 1;
  }
  if (is_inside_json_escape(text, value.end)) --value.end;
  return value;
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
  edit_as_it_stands(text, scan, first, out);
}

void Engine::edit_json_escaped(std::string_view text, const Scan& scan, unsigned depth,
                               Edits& out) {
  // A quoted value ends at a quote that is not escaped, which only the undecoded text shows.
  for (const auto& find : scan.finds) {
    if (find.quoted) edit_find(text, find, out);
  }
  const size_t first = out.size();
  edit_layer(unescape_json(text), depth, out);
  edit_as_it_stands(text, scan, first, out);
}

// The edits from `decoded` on are those of the decoded text.
void Engine::edit_as_it_stands(std::string_view text, const Scan& scan, size_t decoded,
                               Edits& out) {
  settle(out, decoded);
  const size_t count = out.size() - decoded;
  const auto first_edit_in = [&](Range range) -> const Edit* {
    const auto begin = out.begin() + static_cast<ptrdiff_t>(decoded);
    const auto end = begin + static_cast<ptrdiff_t>(count);
    const auto at =
        std::partition_point(begin, end, [&](const Edit& edit) { return edit.end <= range.begin; });
    return at != end && at->begin < range.end ? &*at : nullptr;
  };
  for (const auto& find : scan.finds) {
    const bool is_form = find.kind == NameKind::None;
    if (find.class_id == ClassId::KnownValue || (find.quoted && !scan.has_percent)) continue;
    if (is_inside_json_escape(text, find.range.begin)) continue;
    Find part = find;
    if (!is_form) part.range = first_line(text, find.range, !has_parts(find.kind));
    if (part.range.size() == 0) continue;
    const Edit* const edit = first_edit_in(part.range);
    if (edit != nullptr) {
      const bool is_all = edit->begin <= part.range.begin && edit->end >= part.range.end;
      if (is_all || is_form || (has_parts(find.kind) && !scan.has_percent)) continue;
      const std::string_view value = view_of(text, part.range);
      const MappedText plain = scan.has_percent ? unpercent(value, false) : unescape_json(value);
      if (shows_its_end(plain.text)) continue;
    }
    edit_unescaped(text, part, out);
  }
}

// What a value is without its percent escapes is judged and replaced: it is the same value wherever
// it stands.
void Engine::edit_unescaped(std::string_view text, const Find& find, Edits& out) {
  // Separators may stand encoded in one of its parts.
  if (find.kind != NameKind::None && has_parts(find.kind)) return edit_find(text, find, out);
  const MappedText value = unpercent(view_of(text, find.range), false);
  Find whole = find;
  whole.range = {0, value.text.size()};
  const size_t first = out.size();
  edit_find(value.text, whole, out);
  map_back(value, static_cast<uint32_t>(find.range.begin), first, out);
  escape_again(text, first, out);
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/splice.h"

#include "proxy/base/text.h"
#include "proxy/json/exact_number.h"

#include <algorithm>
#include <array>

namespace faultline::json {
namespace {

uint32_t end_of(SourceSpan span) noexcept { return span.offset + span.length; }

SourceSpan from_to(uint32_t begin, uint32_t end) noexcept { return {begin, end - begin}; }

/// Where each child begins and ends, a member with its key.
std::vector<SourceSpan> child_spans(Value container) {
  std::vector<SourceSpan> spans;
  spans.reserve(container.size());
  for (const Value element : container.elements()) spans.push_back(element.span());
  for (const Member& member : container.members()) {
    spans.push_back(from_to(member.key.span().offset, end_of(member.value.span())));
  }
  return spans;
}

/// The element, or the value of the member, in which that byte stands.
std::optional<Value> child_around(Value container, uint32_t offset) noexcept {
  const auto is_around = [offset](Value child) {
    return child.span().offset <= offset && offset < end_of(child.span());
  };
  for (const Value element : container.elements()) {
    if (is_around(element)) return element;
  }
  for (const Member& member : container.members()) {
    if (is_around(member.value)) return member.value;
  }
  return std::nullopt;
}

bool is_inside_sequence(std::string_view text, size_t at) noexcept {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

bool stays_string(Value string, SourceSpan span, std::string_view replacement) noexcept {
  const SourceSpan own = string.span();
  const std::string_view text = string.string();
  const bool is_spelled_out = text.size() + 2 == own.length;  // every escape is longer
  if (!is_spelled_out || span.offset == own.offset || end_of(span) >= end_of(own)) return false;
  const size_t begin = span.offset - own.offset - 1;
  if (is_inside_sequence(text, begin) || is_inside_sequence(text, begin + span.length)) {
    return false;
  }
  return std::all_of(replacement.begin(), replacement.end(), [](char c) {
    return c >= ' ' && c < '\x7F' && c != '"' && c != '\\';  // stands for itself
  });
}

}  // namespace

Result<std::string> splice(std::string_view text, const std::vector<Edit>& edits) {
  size_t size = text.size();
  for (const Edit& edit : edits) size += edit.replacement.size();
  std::string edited;
  edited.reserve(size);
  size_t at = 0;
  for (const Edit& edit : edits) {
    const size_t begin = edit.span.offset;
    if (begin < at || edit.span.length > text.size() || begin > text.size() - edit.span.length) {
      return fail(
          ErrorCode::InvalidArgument,
          "edits overlap, are out of order or leave the text at byte " + std::to_string(begin));
    }
    edited.append(text.substr(at, begin - at));
    edited.append(edit.replacement);
    at = begin + edit.span.length;
  }
  edited.append(text.substr(at));
  return edited;
}

Edit replace_value(Value value, std::string json) { return {value.span(), std::move(json)}; }

Edit rename_key(const Member& member, std::string_view name) {
  return {member.key.span(), json_quote(name)};
}

Edit insert_member(Value object, std::string_view name, std::string_view json) {
  std::string member = json_quote(name);
  member += ':';
  member += json;
  uint32_t place = object.span().offset + 1;
  for (const Member& last : object.members()) place = end_of(last.value.span());
  if (object.size() > 0) member.insert(member.begin(), ',');
  return {{place, 0}, std::move(member)};
}

std::vector<Edit> remove_children(Value container, std::span<const uint32_t> positions) {
  const auto children = child_spans(container);
  std::vector<Edit> edits;
  for (size_t i = 0; i < positions.size() && positions[i] < children.size();) {
    const uint32_t first = positions[i];
    uint32_t past = first + 1;
    for (++i; i < positions.size() && positions[i] == past && past < children.size(); ++i) ++past;
    // A run goes with the comma behind it; the last run with the comma before it.
    if (past < children.size()) {
      edits.push_back({from_to(children[first].offset, children[past].offset), {}});
    } else {
      const uint32_t begin = first > 0 ? end_of(children[first - 1]) : children[0].offset;
      edits.push_back({from_to(begin, end_of(children.back())), {}});
    }
  }
  return edits;
}

Edit remove_child(Value container, uint32_t position) {
  const auto edits = remove_children(container, std::array{position});
  return edits.empty() ? Edit{{container.span().offset, 0}, {}} : edits.front();
}

std::optional<Value> sole_change(Value root, SourceSpan span, std::string_view replacement) {
  std::optional<Value> at = root;
  while (at && (at->is_array() || at->is_object())) at = child_around(*at, span.offset);
  if (!at) return std::nullopt;
  if (at->is_string() && stays_string(*at, span, replacement)) return at;
  const bool is_all_of_number =
      at->is_number() && span.offset == at->span().offset && span.length == at->span().length;
  if (is_all_of_number && plain_int64_of(replacement)) return at;
  return std::nullopt;
}

}  // namespace faultline::json

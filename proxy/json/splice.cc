// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/splice.h"

#include "proxy/base/text.h"

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

}  // namespace faultline::json

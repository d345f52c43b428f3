// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/outlines.h"

#include "proxy/base/text.h"
#include "redaction/classes.h"
#include "redaction/patterns.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace faultline::redaction {
namespace {

template <typename Holds>
ByteSet bytes_where(Holds holds) {
  ByteSet bytes;
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = holds(static_cast<char>(i));
  return bytes;
}

constexpr size_t kPatternSamples = 4;
constexpr size_t kContextSamples = 8;

Outline outline_of(const PatternRow& row, RunSets& sets) {
  // What stands at an anchor is known.
  size_t anchor = SIZE_MAX;
  for_each_part(row.anchors,
                [&](std::string_view part) { anchor = std::min(anchor, part.size()); });
  return {parse_expression(row.pattern), sets, {row.offset, row.offset + anchor}, kPatternSamples};
}

Outline outline_of(const ContextRow& row, RunSets& sets) {
  return {parse_expression(row.pattern), sets, {}, kContextSamples};
}

template <typename Rows>
std::vector<Outline> outlines_of(const Rows& rows, RunSets& sets) {
  std::vector<Outline> outlines;
  outlines.reserve(rows.size());
  for (const auto& row : rows) outlines.push_back(outline_of(row, sets));
  return outlines;
}

}  // namespace

Outlines::Outlines()
    : patterns(outlines_of(kPatterns, sets)),
      contexts(outlines_of(kContexts, sets)),
      context_gap(sets.number_of(bytes_where(is_context_gap))),
      no_digit(sets.number_of(bytes_where([](char c) { return !is_ascii_digit(c); }))) {}

const Outlines& Outlines::instance() {
  static const Outlines kOutlines;
  return kOutlines;
}

}  // namespace faultline::redaction

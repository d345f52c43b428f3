// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/outlines.h"

#include "proxy/base/text.h"
#include "redaction/anchors/anchor_list.h"
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

// A pattern's anchor was asked for its stretch before.
constexpr size_t kPatternSamples = 2;
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

template <typename Rows>
std::vector<Ways> ways_of_all(const Rows& rows, RunSets& sets) {
  std::vector<Ways> ways;
  ways.reserve(rows.size());
  for (const auto& row : rows) ways.push_back(ways_of(parse_expression(row.pattern), sets));
  return ways;
}

uint32_t bytes_seen(const WantedStretch& wanted, size_t longest) {
  return static_cast<uint32_t>(std::min(wanted.within, longest));
}

std::vector<Outlines::Demand> demands_of_anchors(RunSets& sets, StretchList& stretches) {
  const auto patterns = ways_of_all(kPatterns, sets);
  const auto contexts = ways_of_all(kContexts, sets);
  std::vector<Outlines::Demand> demands;
  for (const auto& anchor : anchors::AnchorList::instance().all()) {
    Outlines::Demand& demand = demands.emplace_back();
    WantedStretch wanted;
    if (anchor.kind == anchors::Kind::Pattern) {
      // Of the row only what goes on behind this anchor.
      const PatternRow& row = kPatterns[anchor.row];
      wanted = stretch_of(ways_with(patterns[anchor.row], sets, row.offset, anchor.text), sets,
                          anchor.text);
      demand.before = row.offset;
      demand.sees = bytes_seen(wanted, row.longest);
    } else if (anchor.kind == anchors::Kind::Context) {
      const ContextRow& row = kContexts[anchor.row];
      wanted = stretch_of(contexts[anchor.row], sets);
      demand.sees = static_cast<uint32_t>(kContextReach) + bytes_seen(wanted, row.longest + 1U);
      demand.is_behind = true;
    }
    if (wanted.stretch.least > 0) {
      demand.stretch = static_cast<uint32_t>(stretches.number_of(wanted.stretch));
    }
  }
  return demands;
}

}  // namespace

Outlines::Outlines()
    : patterns(outlines_of(kPatterns, sets)),
      contexts(outlines_of(kContexts, sets)),
      context_gap(sets.number_of(bytes_where(is_context_gap))),
      no_digit(sets.number_of(bytes_where([](char c) { return !is_ascii_digit(c); }))),
      demands(demands_of_anchors(sets, stretches)) {}

const Outlines& Outlines::instance() {
  static const Outlines kOutlines;
  return kOutlines;
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/outlines.h"

#include "proxy/base/text.h"
#include "redaction/classes.h"
#include "redaction/patterns.h"

namespace faultline::redaction {
namespace {

template <typename Holds>
ByteSet bytes_where(Holds holds) {
  ByteSet bytes;
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = holds(static_cast<char>(i));
  return bytes;
}

// An anchor is the front of most patterns, so it stands there. Behind the word of a context every
// place of the gap is asked for.
constexpr size_t kPatternFront = 0;
constexpr size_t kContextFront = 8;

template <typename Rows>
std::vector<Outline> outlines_of(const Rows& rows, RunSets& sets, size_t front_bytes) {
  std::vector<Outline> outlines;
  outlines.reserve(rows.size());
  for (const auto& row : rows) {
    outlines.emplace_back(parse_expression(row.pattern), sets, front_bytes);
  }
  return outlines;
}

}  // namespace

Outlines::Outlines()
    : patterns(outlines_of(kPatterns, sets, kPatternFront)),
      contexts(outlines_of(kContexts, sets, kContextFront)),
      context_gap(sets.number_of(bytes_where(is_context_gap))),
      no_digit(sets.number_of(bytes_where([](char c) { return !is_ascii_digit(c); }))) {}

const Outlines& Outlines::instance() {
  static const Outlines kOutlines;
  return kOutlines;
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/places.h"

#include <bit>

namespace faultline::redaction::anchors {

size_t list_bits_scalar(const uint64_t* words, size_t count, uint16_t* places) {
  size_t listed = 0;
  for (size_t i = 0; i < count; ++i) {
    for (uint64_t left = words[i]; left != 0; left &= left - 1) {
      const auto bit = static_cast<size_t>(std::countr_zero(left));
      places[listed++] = static_cast<uint16_t>(i * 64 + bit);
    }
  }
  return listed;
}

size_t keep_fronts_scalar(const FrontTable& fronts, const char* bytes, uint16_t* places,
                          size_t count) {
  size_t kept = 0;
  for (size_t k = 0; k < count; ++k) {
    const uint16_t place = places[k];
    places[kept] = place;
    kept += fronts.may_begin(bytes + place) ? 1 : 0;
  }
  return kept;
}

size_t keep_names_scalar(const NameEnds& ends, const char* bytes, uint16_t* places, size_t count) {
  size_t kept = 0;
  for (size_t k = 0; k < count; ++k) {
    const uint16_t place = places[k];
    const char* const mark = bytes + place;
    const bool quoted = NameEnds::is_quote(mark[-1]);
    const auto name = ends.find_plain(mark - (quoted ? 1 : 0), quoted);
    const auto is = [mark](size_t at, char c) { return mark[at] == c ? 1U : 0U; };
    const unsigned text_begins = ~(is(1, '<') & ~is(2, '!'));
    places[kept] = place;
    kept += ((is(0, '>') & text_begins) | is(1, '/') | is(1, 'A') |
             (name != NameEnds::Plain::Unknown ? 1U : 0U));
  }
  return kept;
}

}  // namespace faultline::redaction::anchors

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/edits.h"

#include <algorithm>
#include <utility>

namespace faultline::redaction {

void settle(Edits& edits, size_t first) {
  if (edits.size() - first < 2) return;
  const auto from = edits.begin() + static_cast<ptrdiff_t>(first);
  std::stable_sort(from, edits.end(), [](const Edit& a, const Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  size_t kept = first;
  uint32_t longest = edits[first].end - edits[first].begin;
  for (size_t i = first + 1; i < edits.size(); ++i) {
    Edit& last = edits[kept];
    Edit& next = edits[i];
    const uint32_t length = next.end - next.begin;
    if (next.begin >= last.end) {
      if (++kept != i) edits[kept] = std::move(next);
      longest = length;
      continue;
    }
    if (length > longest) {
      last.text = std::move(next.text);
      last.class_id = next.class_id;
      longest = length;
    }
    last.end = std::max(last.end, next.end);
  }
  edits.resize(kept + 1);
}

std::string apply_edits(std::string_view text, const Edits& edits) {
  std::string out;
  out.reserve(text.size() + edits.size() * 16);
  size_t done = 0;
  for (const auto& edit : edits) {
    out += text.substr(done, edit.begin - done);
    out += edit.text;
    done = edit.end;
  }
  out += text.substr(done);
  return out;
}

}  // namespace faultline::redaction

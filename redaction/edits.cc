// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/edits.h"

#include <algorithm>
#include <utility>

namespace faultline::redaction {

void settle(Edits& edits, size_t first) {
  if (edits.size() - first < 2) return;
  const auto from = edits.begin() + static_cast<ptrdiff_t>(first);
  const auto touch = [](const Edit& a, const Edit& b) { return b.begin < a.end; };
  if (std::adjacent_find(from, edits.end(), touch) == edits.end()) return;  // nearly always
  const auto before = [](const Edit& a, const Edit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  };
  if (!std::is_sorted(from, edits.end(), before)) std::stable_sort(from, edits.end(), before);
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
      last.origin = next.origin;
      longest = length;
    }
    last.end = std::max(last.end, next.end);
  }
  edits.resize(kept + 1);
}

std::string apply_edits(std::string_view text, const Edits& edits) {
  size_t size = text.size();
  for (const auto& edit : edits) size += edit.text.size() - (edit.end - edit.begin);
  std::string out;
  out.reserve(size);
  size_t done = 0;
  for (const auto& edit : edits) {
    out += text.substr(done, edit.begin - done);
    out += edit.text;
    done = edit.end;
  }
  out += text.substr(done);
  return out;
}

void compose(Edits& edits, const Edit& next) {
  Edit joined = next;
  int64_t shift = 0;   // a place behind the edits so far = its place in the source + shift
  std::string before;  // what is left of an edit that `next` begins or ends inside
  std::string after;
  size_t first = 0;
  while (first < edits.size()) {
    const int64_t end = edits[first].begin + shift + static_cast<int64_t>(edits[first].text.size());
    if (end > next.begin) break;
    shift = end - edits[first].end;
    ++first;
  }
  joined.begin = static_cast<uint32_t>(next.begin - shift);
  int64_t shift_at_end = shift;
  size_t last = first;
  for (; last < edits.size(); ++last) {
    const Edit& edit = edits[last];
    const int64_t begin = edit.begin + shift_at_end;
    const int64_t end = begin + static_cast<int64_t>(edit.text.size());
    if (begin >= next.end) break;
    if (begin <= next.begin) {
      before = edit.text.substr(0, static_cast<size_t>(next.begin - begin));
      joined.begin = edit.begin;
    }
    if (end >= next.end) after = edit.text.substr(static_cast<size_t>(next.end - begin));
    shift_at_end = end - edit.end;
    joined.end = edit.end;
    if (end >= next.end) {
      ++last;
      break;
    }
  }
  // The end lies in the source unless an edit reached up to it.
  const bool ends_inside =
      last > first && edits[last - 1].end + shift_at_end >= static_cast<int64_t>(next.end);
  if (!ends_inside) joined.end = static_cast<uint32_t>(next.end - shift_at_end);
  joined.text = before + next.text + after;
  const auto at = edits.erase(edits.begin() + static_cast<ptrdiff_t>(first),
                              edits.begin() + static_cast<ptrdiff_t>(last));
  edits.insert(at, std::move(joined));
}

}  // namespace faultline::redaction

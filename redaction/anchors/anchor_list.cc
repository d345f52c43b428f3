// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/anchor_list.h"

#include "proxy/base/text.h"
#include "redaction/classes.h"
#include "redaction/range.h"

#include <algorithm>

namespace faultline::redaction::anchors {
namespace {

bool is_separator(char c) { return c == ' ' || c == '_' || c == '-'; }

size_t exact_length(std::string_view anchor, std::string_view text, size_t at) {
  return text.substr(at).starts_with(anchor) ? anchor.size() : 0;
}

// A word of a context: what stands behind it must not be a letter.
size_t word_length(std::string_view word, std::string_view text, size_t at) {
  size_t i = at;
  for (const char c : word) {
    if (c == '-') {
      if (i < text.size() && is_separator(text[i])) ++i;
    } else if (i < text.size() && ascii_lower(text[i]) == c) {
      ++i;
    } else {
      return 0;
    }
  }
  return i < text.size() && is_ascii_alpha(text[i]) ? 0 : i - at;
}

}  // namespace

bool folds(Kind kind) noexcept { return kind == Kind::Context || kind == Kind::Scheme; }

bool begins_word(const Anchor& anchor) noexcept {
  const bool shifted = anchor.kind == Kind::Pattern && kPatterns[anchor.row].offset != 0;
  return !shifted && is_alnum(anchor.text.front());
}

const AnchorList& AnchorList::instance() {
  static const AnchorList kList;
  return kList;
}

AnchorList::AnchorList() {
  for (const std::string_view text : {"eyJ", "ewo"}) anchors_.push_back({text, Kind::Jwt, 0});
  for (const std::string_view text : {"bearer", "basic"}) {
    anchors_.push_back({text, Kind::Scheme, 0});
  }
  anchors_.push_back({"BEGIN ", Kind::PemHeader, 0});
  for (size_t row = 0; row < kPatterns.size(); ++row) {
    for_each_part(kPatterns[row].anchors, [&](std::string_view text) {
      anchors_.push_back({text, Kind::Pattern, static_cast<uint16_t>(row)});
    });
  }
  for (size_t row = 0; row < kContexts.size(); ++row) {
    for_each_part(kContexts[row].words, [&](std::string_view text) {
      anchors_.push_back({text, Kind::Context, static_cast<uint16_t>(row)});
    });
  }
  std::stable_sort(anchors_.begin(), anchors_.end(),
                   [](const Anchor& a, const Anchor& b) { return a.text.size() > b.text.size(); });
  for (const auto& anchor : anchors_) {
    const std::string_view text = anchor.text;
    // A separator may be missing: any third byte may follow.
    const bool open = text.size() < 3 || (anchor.kind == Kind::Context && text[2] == '-');
    for (unsigned third = 0; third < (open ? 32U : 1U); ++third) {
      const char c = open ? static_cast<char>(third) : text[2];
      fronts_.set(front(text[0], text[1], c));
    }
  }
  heads_.fill(kNone);
  next_.resize(anchors_.size(), kNone);
  for (size_t i = anchors_.size(); i-- > 0;) {
    uint16_t& head = heads_[slot(anchors_[i].text[0], anchors_[i].text[1])];
    next_[i] = head;
    head = static_cast<uint16_t>(i);
  }
}

size_t AnchorList::length_at(const Anchor& anchor, std::string_view text, size_t at) {
  if (!folds(anchor.kind)) return exact_length(anchor.text, text, at);
  return word_length(anchor.text, text, at);
}

}  // namespace faultline::redaction::anchors

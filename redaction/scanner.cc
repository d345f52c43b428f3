// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/scanner.h"

#include "proxy/base/text.h"
#include "redaction/anchors/anchor_list.h"
#include "redaction/block_reader.h"
#include "redaction/decode.h"
#include "redaction/validate/entropy.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace faultline::redaction {
namespace {

constexpr size_t kCardDigitsMin = 12;
constexpr size_t kCardDigitsMax = 19;
// Finds overlap rarely, so few of those that begin before a run can reach into it.
constexpr size_t kOlderFinds = 4;
constexpr std::string_view kArmour = "-----";

class Pass {
 public:
  Pass(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out)
      : text_(text), names_(names), patterns_(patterns), out_(out) {}

  void run() {
    for_each_block(text_, anchors::best_classifier(),
                   [this](size_t at, const anchors::BlockMasks& masks) {
                     scan_block(at, combiner_.next(masks));
                     return true;
                   });
    if (combiner_.is_in_long_run()) end_run(text_.size());
  }

 private:
  void scan_block(size_t at, const BlockEvents& events) {
    for (uint64_t left = events.all(); left != 0; left &= left - 1) {
      const auto i = static_cast<unsigned>(std::countr_zero(left));
      const uint64_t bit = uint64_t{1} << i;
      const size_t place = at + i;
      if ((events.run_end & bit) != 0) end_run(place);
      if ((events.run_long & bit) != 0) run_begin_ = place + 1 - kEncodedRunMin;
      if (place < resume_) continue;
      if ((events.anchors & bit) != 0) scan_anchor(place);
      if ((events.digits & bit) != 0) scan_digits(place - 3, place + 1);
      if ((events.ibans & bit) != 0) scan_iban(place - 3);
      if ((events.marks & bit) != 0 && place >= resume_) scan_mark(place);
    }
  }

  bool add(Range range, ClassId class_id) {
    out_.finds.push_back({.range = range, .class_id = class_id});
    resume_ = std::max(resume_, range.end);
    return true;
  }

  // A run that begins inside a find goes on behind it.
  void end_run(size_t end) {
    size_t begin = run_begin_;
    size_t older = 0;
    for (auto find = out_.finds.rbegin(); find != out_.finds.rend() && older < kOlderFinds;
         ++find) {
      if (find->range.begin >= run_begin_) continue;
      begin = std::max(begin, find->range.end);
      ++older;
    }
    if (begin + kEncodedRunMin > end) return;
    out_.runs.push_back({begin, end});
    if (patterns_.opt_in() && validate::token_like(text_.substr(begin, end - begin))) {
      out_.finds.push_back({.range = {begin, end}, .class_id = ClassId::GenericEntropy});
    }
  }

  void scan_iban(size_t begin) {
    if (begin < resume_) return;
    if (const auto range = find_iban(text_, begin)) add(*range, ClassId::Iban);
  }

  void scan_digits(size_t begin, size_t end) {
    if (begin < resume_) return;
    while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    const size_t length = end - begin;
    if (length == 4 || (length >= kCardDigitsMin && length <= kCardDigitsMax)) {
      if (const auto range = find_card(text_, begin)) add(*range, ClassId::CardPan);
    } else if (end < text_.size() && text_[end] == ':') {
      if (const auto range = find_bot_token(text_, {begin, end})) {
        add(*range, ClassId::TelegramToken);
      }
    }
  }

  void scan_anchor(size_t place) {
    anchors::AnchorList::instance().at(
        text_, place,
        [&](const anchors::Anchor& anchor, size_t length) { return take(anchor, place, length); });
  }

  bool take(const anchors::Anchor& anchor, size_t place, size_t length) {
    if (anchors::begins_word(anchor) && place > 0 && is_alnum(text_[place - 1])) return false;
    switch (anchor.kind) {
      case anchors::Kind::Pattern:
        return take_pattern(anchor.row, place);
      case anchors::Kind::Context:
        return take_context(anchor.row, place, place + length);
      case anchors::Kind::Jwt: {
        if (place < jwt_retry_) return false;
        const auto range = find_jwt(text_, place, jwt_retry_);
        return range && add(*range, ClassId::Jwt);
      }
      case anchors::Kind::Scheme: {
        const auto find = find_scheme(text_, place);
        return find && add(find->range, find->class_id);
      }
      case anchors::Kind::PemHeader: {
        if (!text_.substr(0, place).ends_with(kArmour)) return false;
        const auto range = find_private_key(text_, place - kArmour.size());
        return range && add(*range, ClassId::PrivateKey);
      }
    }
    return false;
  }

  bool take_pattern(size_t row, size_t place) {
    const auto find = patterns_.find_pattern(row, text_, place);
    if (!find || find->range.begin < resume_) return false;
    add_neighbour(*find);
    return add(find->range, find->class_id);
  }

  bool take_context(size_t row, size_t place, size_t word_end) {
    // `ssn: ...`: the name decides, about the whole value.
    size_t next = word_end;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '"')) ++next;
    const bool named = next < text_.size() && (text_[next] == ':' || text_[next] == '=');
    if (named && decides(names_.find(text_.substr(place, word_end - place)).kind)) return false;
    const auto find = patterns_.find_context(row, text_, word_end);
    return find && add(find->range, find->class_id);
  }

  // A key id gives its secret away: alone that is 40 characters like any others.
  void add_neighbour(const PatternFind& find) {
    if (find.class_id != ClassId::AwsKey) return;
    if (const auto secret = find_aws_secret(text_, find.range)) {
      out_.finds.push_back({.range = *secret, .class_id = ClassId::AwsSecret});
    }
  }

  void scan_mark(size_t i) {
    switch (text_[i]) {
      case '@':
        scan_at(i);
        return;
      case '+':
        if (const auto range = find_phone(text_, i)) add(*range, ClassId::Phone);
        return;
      case '%':
        out_.has_percent = out_.has_percent || has_percent_escape(text_.substr(i, 3));
        return;
      case '\\':
        out_.has_backslash = true;
        return;
      case ':':
        if (const auto range = find_userinfo(text_, i)) {
          userinfo_at_ = range->end;
          out_.finds.push_back({.range = *range, .class_id = ClassId::UrlUserinfo});
          return;
        }
        [[fallthrough]];
      default:
        scan_named(i);
    }
  }

  void scan_named(size_t i) {
    const auto named = find_named(text_, i, names_);
    if (!named) return;
    out_.finds.push_back(*named);
    resume_ = std::max(i + 1, named->range.end);
    find_key_id(named->range.begin);
  }

  // The value of a name may be a key id.
  void find_key_id(size_t begin) {
    anchors::AnchorList::instance().at(
        text_, begin, [&](const anchors::Anchor& anchor, size_t /*length*/) {
          if (anchor.kind != anchors::Kind::Pattern) return false;
          if (kPatterns[anchor.row].class_id != ClassId::AwsKey) return false;
          const auto find = patterns_.find_pattern(anchor.row, text_, begin);
          if (find) add_neighbour(*find);
          return find.has_value();
        });
  }

  void scan_at(size_t i) {
    if (i == userinfo_at_) return;
    if (const auto range = find_email(text_, i)) add(*range, ClassId::Email);
  }

  std::string_view text_;
  NameCache& names_;
  PatternSet& patterns_;
  Scan& out_;
  BlockCombiner combiner_;
  size_t run_begin_ = 0;
  size_t resume_ = 0;
  size_t jwt_retry_ = 0;
  size_t userinfo_at_ = std::string_view::npos;
};

}  // namespace

void scan_text(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out) {
  out.clear();
  Pass(text, names, patterns, out).run();
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/scanner.h"

#include "proxy/base/text.h"
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/block_events.h"
#include "redaction/anchors/kernels.h"
#include "redaction/block_reader.h"
#include "redaction/decode.h"
#include "redaction/gaps.h"
#include "redaction/name_filter.h"
#include "redaction/validate/entropy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace faultline::redaction {
namespace {

// Finds overlap rarely, so few of those that begin before a run can reach into it.
constexpr size_t kOlderFinds = 4;
constexpr std::string_view kArmour = "-----";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_run_char(char c) { return is_alnum(c) || c == '+' || c == '-' || c == '/' || c == '_'; }

// Spaces between a member's name and its colon that a survey looks across.
constexpr size_t kSpacesMax = 16;
constexpr size_t kMemberNameMax = 256;

static_assert(anchors::kRunMin == kEncodedRunMin);

class Pass {
 public:
  Pass(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out, Survey* survey,
       SurveyOf of = SurveyOf::NamesAndValues)
      : text_(text),
        names_(names),
        patterns_(patterns),
        gaps_(patterns.gap_numbers()),
        out_(out),
        survey_(survey),
        skips_members_(of == SurveyOf::Values) {
    patterns_.begin(text);
  }

  void run() {
    if (text_.size() <= anchors::kBlockBytes) {
      scan_single_block();
    } else {
      scan_batches();
    }
    scan_literals();
    look_for_escapes();
    if (survey_ != nullptr) {
      for (const auto& find : out_.finds) survey_->warm(find.range);
    }
  }

  void run_slowly() {
    constexpr size_t kCardSpan = anchors::kCardDigitsMin - 1;
    size_t run = 0;
    for (size_t place = 0; place < text_.size(); ++place) {
      run = is_run_char(text_[place]) ? run + 1 : 0;
      if (run == 0 && place > 0 && place - run_begin_at_ >= kEncodedRunMin) end_run(place);
      if (run == 0) run_begin_at_ = place + 1;
      if (run == kEncodedRunMin) run_begin_ = run_begin_at_;
      if (place < resume_) continue;
      scan_anchor(place);
      if (place >= kCardSpan) scan_card(place - kCardSpan);
      if (place >= 3) scan_iban(place - 3);
      if (std::string_view("@:=>%\\+").find(text_[place]) != std::string_view::npos &&
          place >= resume_) {
        scan_mark(place);
      }
    }
    if (run >= kEncodedRunMin) end_run(text_.size());
    scan_literals();
    look_for_escapes();
  }

 private:
  void scan_batches() {
    batch_.start();
    for_each_batch(
        text_, kernels_.classify, batch_.masks,
        [this](size_t at, size_t blocks, const char* bytes) { scan_batch(at, blocks, bytes); });
    if (batch_.is_in_long_run()) end_run(text_.size());
  }

  // Rows, and lists of places for the vectors, would cost more than they save.
  void scan_single_block() {
    std::array<char, anchors::kBlockBytes + anchors::kOverhang> bytes{};
    text_.copy(bytes.data(), text_.size());
    kernels_.classify(anchors::nibble_tables(), bytes.data(), 1, batch_.masks);
    auto events = anchors::events_of_single_block(batch_.masks);
    for (uint64_t left = events.anchors; left != 0; left &= left - 1) {
      const uint64_t bit = left & (~left + 1);
      const bool is_likely = list_.fronts().may_begin(bytes.data() + std::countr_zero(left));
      if (!is_likely) events.anchors &= ~bit;
    }
    scan_block(0, events, marks_of(0));
    if (events.ends_in_long_run) end_run(text_.size());
  }

  void scan_batch(size_t at, size_t blocks, const char* bytes) {
    kernels_.combine(batch_, blocks);
    keep_likely_anchors(blocks, bytes);
    keep_likely_binds(at, blocks);
    for (size_t block = 0; block < blocks; ++block) {
      scan_block(at + block * anchors::kBlockBytes, anchors::events_of_block(batch_.events, block),
                 marks_of(block));
    }
    batch_.carry(blocks);
  }

  using Places =
      std::array<uint16_t, anchors::kBatchBlocks * anchors::kBlockBytes + anchors::kListSlack>;

  void keep_likely_anchors(size_t blocks, const char* bytes) {
    uint64_t* const words = batch_.events.anchors.blocks();
    Places places;
    const size_t count = kernels_.list_many(words, blocks, places.data());
    const size_t kept = kernels_.keep_fronts(list_.fronts(), bytes, places.data(), count);
    set_bits(words, blocks, std::span(places).first(kept));
  }

  // Nearly no `:` and `=` is behind a name that counts.
  void keep_likely_binds(size_t at, size_t blocks) {
    uint64_t* const words = batch_.masks.bind.blocks();
    Places places;
    size_t count = kernels_.list_few(words, blocks, places.data());
    if (skips_members_) count = leave_members_out(at, std::span(places).first(count));
    // Around the others nothing is read.
    size_t first = 0;
    while (first < count && at + places[first] < anchors::kNameBytesBefore) ++first;
    size_t last = count;
    while (last > first && at + places[last - 1] + anchors::kNameBytesAfter >= text_.size()) --last;
    const size_t kept =
        kernels_.keep_names(filter_.ends(), text_.data() + at, places.data() + first, last - first);
    std::fill_n(words, blocks, 0);
    add_bits(words, std::span(places).first(first + kept));
    add_bits(words, std::span(places).subspan(last, count - last));
  }

  size_t leave_members_out(size_t at, std::span<uint16_t> places) const {
    const auto end = std::remove_if(places.begin(), places.end(),
                                    [&](uint16_t place) { return ends_member_name(at + place); });
    return static_cast<size_t>(end - places.begin());
  }
  // The colon behind the name of a member. In a string it stands behind an escaped quote, which
  // warms the string, or in front of everything, where no name is before it.
  [[nodiscard]] bool ends_member_name(size_t mark) const {
    return text_[mark] == ':' && mark > 0 && text_[mark - 1] == '"';
  }

  static void add_bits(uint64_t* words, std::span<const uint16_t> places) {
    for (const uint16_t place : places) {
      words[place / anchors::kBlockBytes] |= uint64_t{1} << (place % anchors::kBlockBytes);
    }
  }
  static void set_bits(uint64_t* words, size_t blocks, std::span<const uint16_t> places) {
    std::fill_n(words, blocks, 0);
    add_bits(words, places);
  }

  [[nodiscard]] uint64_t marks_of(size_t block) const {
    return batch_.masks.bind.blocks()[block] | batch_.masks.mark.blocks()[block];
  }

  void scan_block(size_t at, const anchors::BlockEvents& events, uint64_t marks) {
    if (survey_ != nullptr && events.exponents != 0) survey_exponents(events.exponents, at);
    for (uint64_t left = events.anchors | events.cards | events.ibans | events.run_long |
                         events.run_end | marks;
         left != 0; left &= left - 1) {
      const auto i = static_cast<unsigned>(std::countr_zero(left));
      const uint64_t bit = uint64_t{1} << i;
      const size_t place = at + i;
      if ((events.run_end & bit) != 0) end_run(place);
      if ((events.run_long & bit) != 0) run_begin_ = place + 1 - kEncodedRunMin;
      if (place < resume_) continue;
      if ((events.anchors & bit) != 0) scan_anchor(place);
      if ((events.cards & bit) != 0) scan_card(place + 1 - anchors::kCardDigitsMin);
      if ((events.ibans & bit) != 0) scan_iban(place - 3);
      if ((marks & bit) != 0 && place >= resume_ && is_likely_mark(place)) scan_mark(place);
    }
  }

  [[nodiscard]] bool is_likely_mark(size_t i) {
    const char next = i + 1 < text_.size() ? text_[i + 1] : '\0';
    switch (text_[i]) {
      case ':':
        if (skips_members_ && ends_member_name(i)) return false;
        if (next == '/' || next == 'A') return true;  // ://user@, 123456789:AA...
        [[fallthrough]];
      case '=':
        return filter_.may_bind(text_, i) ||
               (survey_ != nullptr && i > 0 && is_space(text_[i - 1]));
      case '>':
        return is_likely_tag(i, next);
      case '@':
        return i > 0 && text_[i - 1] != '@' && next != '@';
      case '+':
        return next >= '1' && next <= '9';
      default:
        return true;
    }
  }
  // A string that ends like an element may be XML, where references hide what they stand for.
  [[nodiscard]] bool ends_string(size_t mark) const {
    size_t i = mark + 1;
    while (i < text_.size() && is_space(text_[i])) ++i;
    return i < text_.size() && text_[i] == '"';
  }
  // An element with a text, whose name may decide.
  [[nodiscard]] bool is_likely_tag(size_t mark, char next) {
    if (survey_ != nullptr && ends_string(mark)) return true;
    if (next == '<' && text_.substr(mark + 2, 1) != "!") return false;
    const size_t open = tag_before(mark);
    if (open == std::string_view::npos) return false;
    const size_t name = tag_name(text_.substr(open + 1, mark - open - 1)).size();
    return name > 0 && filter_.may_end(text_, open + 1 + name, true);
  }
  // What find_tag() says; marks come in order, so what lies before the last one is known.
  [[nodiscard]] size_t tag_before(size_t mark) {
    if (tags_known_ < mark) {
      if (const auto open = find_tag(text_, mark, tags_known_)) last_open_ = *open;
    }
    tags_known_ = mark + 1;
    const bool is_near = last_open_ < mark && mark - last_open_ <= kTagMax;
    return is_near ? last_open_ : std::string_view::npos;
  }

  // Inside of what was found no mark was looked at.
  void look_for_escapes() {
    if (out_.finds.empty()) return;
    const bool may_have_percent = text_.find('%') != std::string_view::npos;
    const bool may_have_backslash = text_.find('\\') != std::string_view::npos;
    if (!may_have_percent && !may_have_backslash) return;
    for (const auto& find : out_.finds) {
      if (find.class_id == ClassId::KnownValue) continue;
      const std::string_view value = text_.substr(find.range.begin, find.range.size());
      out_.has_percent = out_.has_percent || has_percent_escape(value);
      out_.has_backslash = out_.has_backslash || has_json_escape(value) ||
                           is_inside_json_escape(text_, find.range.end);
    }
  }

  void scan_literals() {
    patterns_.literals().scan(text_, [this](Range range, ClassId class_id) {
      out_.finds.push_back({.range = range, .class_id = class_id});
    });
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
    if (survey_ != nullptr) {
      if (find_encoded(text_, {begin, end})) survey_->warm({begin, end});
    } else {
      out_.runs.push_back({begin, end});
    }
    if (patterns_.opt_in() && validate::token_like(text_.substr(begin, end - begin))) {
      out_.finds.push_back({.range = {begin, end}, .class_id = ClassId::GenericEntropy});
    }
  }

  void scan_iban(size_t begin) {
    if (begin < resume_ || (begin > 0 && is_alnum(text_[begin - 1]))) return;
    if (!is_ascii_digit(text_[begin + 2]) || !is_ascii_digit(text_[begin + 3])) return;
    if (const auto range = find_iban(text_, begin)) add(*range, ClassId::Iban);
  }

  void scan_card(size_t begin) {
    if (begin < resume_ || !is_ascii_digit(text_[begin])) return;
    if (begin > 0 && is_alnum(text_[begin - 1])) return;
    if (const auto range = find_card(text_, begin)) {
      add(*range, ClassId::CardPan);
    } else if (survey_ != nullptr) {
      survey_number(begin);
    }
  }

  // As a JSON number, `4111111111111111.0` is a card number, in a text it is none.
  void survey_number(size_t begin) {
    size_t end = begin;
    while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
    const bool goes_on =
        end < text_.size() && std::string_view(".eE").find(text_[end]) != std::string_view::npos;
    if (end - begin >= anchors::kCardDigitsMin && goes_on && may_begin_number(begin)) {
      survey_->needs_structure();
    }
  }
  // `4.111e15`.
  void survey_exponents(uint64_t exponents, size_t at) {
    for (uint64_t left = exponents; left != 0; left &= left - 1) {
      const size_t place = at + static_cast<unsigned>(std::countr_zero(left));
      size_t begin = place;
      while (begin > 0 && (is_ascii_digit(text_[begin - 1]) || text_[begin - 1] == '.')) --begin;
      size_t end = place + 1;
      if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
      while (end < text_.size() && is_ascii_digit(text_[end])) ++end;
      const bool ends = end == text_.size() || is_space(text_[end]) ||
                        std::string_view(",]}").find(text_[end]) != std::string_view::npos;
      if (ends && end - begin >= anchors::kCardDigitsMin - 1 && may_begin_number(begin)) {
        survey_->needs_structure();
      }
    }
  }
  // Not inside a string, as far as the byte in front tells.
  [[nodiscard]] bool may_begin_number(size_t begin) const {
    if (begin > 0 && text_[begin - 1] == '-') --begin;
    if (begin == 0) return true;
    const char before = text_[begin - 1];
    return before == ',' || before == ':' || before == '[' || is_space(before);
  }

  void scan_anchor(size_t place) {
    list_.at(text_, place, [&](const anchors::Anchor& anchor, size_t length) {
      return take(anchor, place, length);
    });
  }

  bool take(const anchors::Anchor& anchor, size_t place, size_t length) {
    if (anchor.begins_word && place > 0 && is_alnum(text_[place - 1])) return false;
    const auto number = static_cast<size_t>(&anchor - list_.all().data());
    if (!patterns_.may_lead_on(number, {place, place + length})) return false;
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
    const size_t gap = gaps_.empty() ? SIZE_MAX : gaps_[row];
    if (gap < barren_.size() && place < barren_[gap]) return false;
    const auto find = patterns_.find_pattern(row, place);
    if (!find && gap < barren_.size()) barren_[gap] = patterns_.barren_until(row, place);
    if (!find || find->range.begin < resume_) return false;
    add_neighbour(*find);
    warm_way(place, find->range);
    return add(find->range, find->class_id);
  }

  bool take_context(size_t row, size_t place, size_t word_end) {
    // `ssn: ...`: the name decides, about the whole value.
    size_t next = word_end;
    while (next < text_.size() && (text_[next] == ' ' || text_[next] == '"')) ++next;
    const bool named = next < text_.size() && (text_[next] == ':' || text_[next] == '=');
    if (named && decides(names_.find(text_.substr(place, word_end - place)).kind)) return false;
    const auto find = patterns_.find_context(row, word_end);
    if (!find) return false;
    warm_way(place, find->range);
    return add(find->range, find->class_id);
  }

  // Between an anchor and what it leads to nothing is looked at; in a whole body that may be the
  // end of one text and the beginning of another.
  void warm_way(size_t anchor, Range range) {
    if (survey_ != nullptr) survey_->warm({anchor, range.end});
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
        if (!is_percent_escape(text_, i)) return;
        out_.has_percent = true;
        if (survey_ != nullptr) survey_->warm(i);
        return;
      case '>':
        if (survey_ != nullptr && ends_string(i)) survey_->needs_structure();
        scan_named(i);
        return;
      case '\\':
        if (!is_json_escape(text_, i)) return;
        out_.has_backslash = true;
        if (survey_ != nullptr) survey_->warm(i);
        return;
      case ':':
        if (const auto range = find_userinfo(text_, i)) {
          userinfo_at_ = range->end;
          out_.finds.push_back({.range = *range, .class_id = ClassId::UrlUserinfo});
          return;
        }
        if (scan_bot_token(i)) return;
        if (survey_ != nullptr) survey_member(i);
        [[fallthrough]];
      default:
        scan_named(i);
    }
  }

  // Digits, a colon, AA and more.
  bool scan_bot_token(size_t colon) {
    if (!text_.substr(colon).starts_with(":AA")) return false;
    size_t begin = colon;
    while (begin > resume_ && is_ascii_digit(text_[begin - 1])) --begin;
    if (begin > 0 && is_alnum(text_[begin - 1])) return false;
    const auto range = find_bot_token(text_, {begin, colon});
    return range && add(*range, ClassId::TelegramToken);
  }

  // The name of a member, as a parser reads it.
  void survey_member(size_t colon) {
    size_t end = colon;
    while (end > 0 && colon - end < kSpacesMax && is_space(text_[end - 1])) --end;
    if (end == 0) return;
    // More space than that: nobody knows.
    if (is_space(text_[end - 1])) return survey_->needs_structure();
    if (text_[end - 1] != '"') return;
    const size_t floor = end > kMemberNameMax ? end - kMemberNameMax : 0;
    const std::string_view before = text_.substr(floor, end - 1 - floor);
    const size_t open = before.rfind('"');
    const std::string_view name = before.substr(open == std::string_view::npos ? 0 : open + 1);
    if (open == std::string_view::npos || is_special_name(name) ||
        names_.find(name).kind != NameKind::None) {
      survey_->needs_structure();
    }
  }

  void scan_named(size_t i) {
    const auto named = find_named(text_, i, names_);
    if (!named) return;
    Find find = *named;
    if (!find.quoted) {
      const size_t end = end_of_digit_groups(text_, find.range.begin);
      find.range.end = std::max(find.range.end, end);
    }
    out_.finds.push_back(find);
    // `token= api_key: ...`: what looks like the value of a name that has none may be a name.
    const char last = text_[find.range.end - 1];
    const bool may_be_name = last == ':' || last == '=';
    resume_ = std::max(i + 1, find.range.end - (may_be_name ? 1 : 0));
    find_key_id(find.range.begin);
    if (!find.quoted) find_longer_form(find.range);
  }

  // A value without quotes ends at a space, the form that it begins with perhaps not: a key's
  // armour, an account in groups, `Bearer` and a token.
  void find_longer_form(Range value) {
    const std::string_view text = text_.substr(value.begin);
    const auto take_longer = [&](std::optional<Range> form, ClassId class_id) {
      if (form && form->end > value.end) add(*form, class_id);
    };
    if (text.starts_with("-----BEGIN ")) {
      take_longer(find_private_key(text_, value.begin), ClassId::PrivateKey);
    } else if (text.front() == '+') {
      take_longer(find_phone(text_, value.begin), ClassId::Phone);
    } else if (text.size() > 4 && is_ascii_digit(text[2]) && is_ascii_digit(text[3])) {
      take_longer(find_iban(text_, value.begin), ClassId::Iban);
    } else {
      find_scheme_at(value);
    }
  }
  void find_scheme_at(Range value) {
    list_.at(text_, value.begin, [&](const anchors::Anchor& anchor, size_t /*length*/) {
      if (anchor.kind != anchors::Kind::Scheme) return false;
      const auto find = find_scheme(text_, value.begin);
      return find && find->range.end > value.end && add(find->range, find->class_id);
    });
  }

  // The value of a name may be a key id.
  void find_key_id(size_t begin) {
    list_.at(text_, begin, [&](const anchors::Anchor& anchor, size_t /*length*/) {
      if (anchor.kind != anchors::Kind::Pattern) return false;
      if (kPatterns[anchor.row].class_id != ClassId::AwsKey) return false;
      const auto find = patterns_.find_pattern(anchor.row, begin);
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
  std::span<const size_t> gaps_;
  Scan& out_;
  Survey* survey_;
  bool skips_members_;  // in a survey
  const anchors::AnchorList& list_ = anchors::AnchorList::instance();
  const NameFilter& filter_ = survey_ != nullptr ? NameFilter::all() : NameFilter::deciding();
  const anchors::Kernels& kernels_ = anchors::best_kernels();
  anchors::Batch batch_;
  size_t run_begin_ = 0;
  size_t run_begin_at_ = 0;  // of the run at hand, however short; for run_slowly()
  size_t resume_ = 0;
  size_t jwt_retry_ = 0;
  size_t tags_known_ = 0;                      // where the next look for a tag's beginning starts
  size_t last_open_ = std::string_view::npos;  // the last one in front of it
  std::array<size_t, kGaps> barren_{};         // where a row may find something next, by its gap
  size_t userinfo_at_ = std::string_view::npos;
};

}  // namespace

void scan_text(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out) {
  out.clear();
  Pass(text, names, patterns, out, nullptr).run();
}

void scan_text_slowly(std::string_view text, NameCache& names, PatternSet& patterns, Scan& out) {
  out.clear();
  Pass(text, names, patterns, out, nullptr).run_slowly();
}

void survey_text(std::string_view text, SurveyOf of, NameCache& names, PatternSet& patterns,
                 Scan& scratch, Survey& out) {
  scratch.clear();
  out.begin(text);
  Pass(text, names, patterns, scratch, &out, of).run();
}

}  // namespace faultline::redaction

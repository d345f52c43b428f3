// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_detectors.h"

#include "proxy/base/text.h"
#include "redaction/checks.h"
#include "redaction/classes.h"
#include "redaction/validate/check.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace faultline::redaction::verify {
namespace {

using Match = std::string_view;

constexpr std::string_view kJwtFront = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwiZmwiOjF9.";
constexpr size_t kTokenChars = 13;
constexpr size_t kCardDigitsMax = 19;
// An anchored look goes no further: a front on every word of a hostile text costs that much each.
constexpr size_t kLookBytes = 2048;
// No anchor is longer.
constexpr size_t kFrontMax = 40;
constexpr std::string_view kGapEnds = ",;{}[]<>&\r\n";

bool is_word(char c) { return is_ascii_alpha(c) || is_ascii_digit(c); }

bool is_token(Match text) {
  return text.size() == kTokenChars &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string_view::npos;
}

// `redacted-<tag>-<token>`.
bool is_tag(Match text) {
  if (!text.starts_with("redacted-") || text.size() < 9 + 2 + kTokenChars) return false;
  const Match tag = text.substr(9, text.size() - 9 - kTokenChars - 1);
  return is_token(text.substr(text.size() - kTokenChars)) && text[9 + tag.size()] == '-' &&
         tag.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

bool ends_in_tag(Match text) {
  const size_t at = text.rfind("redacted-");
  return at != std::string_view::npos && is_tag(text.substr(at));
}

std::string digits_of(Match text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_ascii_digit);
  return digits;
}

bool is_closed_jwt(Match text) {
  if (!text.starts_with(kJwtFront)) return false;
  const Match rest = text.substr(kJwtFront.size());
  const auto claims = base64_decode(rest.substr(0, rest.find('.')));
  return claims && claims->starts_with(R"({"sub":")") && claims->size() == kTokenChars + 10 &&
         is_token(Match(*claims).substr(8, kTokenChars));
}

// What a check sees: the text, the match and, when the expression has one, its group.
struct Context {
  std::string_view text;
  Match match;
  Match group;
  [[nodiscard]] size_t begin() const { return static_cast<size_t>(match.data() - text.data()); }
  [[nodiscard]] size_t end() const { return begin() + match.size(); }
  [[nodiscard]] char before() const { return begin() > 0 ? text[begin() - 1] : '\0'; }
  [[nodiscard]] char after(size_t i) const { return i < text.size() ? text[i] : '\0'; }
  [[nodiscard]] bool starts_word() const { return !is_word(before()); }
};

// Where the leak begins in the match, or nothing.
using Check = std::optional<size_t> (*)(const Context&);

std::optional<size_t> leak_if(bool leaks) {
  return leaks ? std::optional<size_t>(0) : std::nullopt;
}

std::optional<size_t> check_email(const Context& at) {
  const size_t sign = at.match.find('@');
  const Match local = at.match.substr(0, sign);
  const Match domain = at.match.substr(sign + 1);
  if (domain.ends_with(".invalid") || ends_in_tag(local)) return std::nullopt;
  const size_t digits = std::min(domain.find_first_not_of("0123456789"), domain.size());
  const bool picture =
      digits > 0 && domain.substr(digits).starts_with("x.") &&
      (domain.ends_with(".png") || domain.ends_with(".jpg") || domain.ends_with(".jpeg") ||
       domain.ends_with(".gif") || domain.ends_with(".webp") || domain.ends_with(".svg"));
  return leak_if(!picture && local.find_first_not_of(".-") != std::string_view::npos);
}

bool is_uuid_at(std::string_view text, size_t begin) {
  if (begin + 36 > text.size()) return false;
  for (size_t i = 0; i < 36; ++i) {
    const char c = text[begin + i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

bool in_uuid(std::string_view text, size_t pos) {
  for (const size_t back : {0U, 9U, 14U, 19U, 24U}) {
    if (pos >= back && is_uuid_at(text, pos - back)) return true;
  }
  return false;
}

// Numbers the run folder itself writes: times in nanoseconds, which have as many digits as a card
// behind some minutes; and 16 hex digits, which may all be decimal.
bool is_own_number(const Context& at, size_t begin, size_t length) {
  const std::string_view ahead = at.text.substr(0, begin);
  if (ahead.ends_with("\"t_ns\":") || ahead.ends_with("\"duration_ns\":")) return true;
  if (length != 16) return false;
  for (const std::string_view name : {"u", "hash", "config_hash", "fingerprint", "draw"}) {
    for (const std::string_view colon : {"\":\"", "\": \""}) {
      const std::string front = "\"" + std::string(name) + std::string(colon);
      if (begin >= front.size() && at.text.substr(begin - front.size(), front.size()) == front) {
        return true;
      }
    }
  }
  return false;
}

// The match is a maximal run of digits with single separators: its groups are tried one by one,
// and from each group of four on the following ones with the same separator.
std::optional<size_t> check_card(const Context& at) {
  const Match run = at.match;
  for (size_t i = 0; i < run.size();) {
    const size_t end = std::min(run.find_first_of(" -", i), run.size());
    const size_t place = at.begin() + i;
    const char before = place > 0 ? at.text[place - 1] : '\0';
    const bool fraction = before == '.' && place > 1 && is_ascii_digit(at.text[place - 2]);
    if (!is_word(before) && before != '%' && !fraction && !in_uuid(at.text, place)) {
      const char after = at.after(at.begin() + end);
      const bool pointed = after == '.' && is_ascii_digit(at.after(at.begin() + end + 1));
      const bool alone = !is_word(after) && !pointed && !is_own_number(at, place, end - i);
      if (alone && is_card_number(run.substr(i, end - i))) return i;
      std::string digits(run.substr(i, end - i));
      size_t next = end;
      while (end - i == 4 && next < run.size() && run[next] == run[end]) {
        const size_t group = std::min(run.find_first_of(" -", next + 1), run.size());
        if (group - next < 3 || is_word(at.after(at.begin() + group))) break;
        digits += run.substr(next + 1, group - next - 1);
        if (digits.size() > kCardDigitsMax) break;
        next = group;
        if (is_card_number(digits)) return i;
      }
    }
    i = end + 1;
  }
  return std::nullopt;
}

std::optional<size_t> check_iban(const Context& at) {
  if (!at.starts_word()) return std::nullopt;
  const size_t wanted = iban_length(at.match.substr(0, 2));
  std::string compact;
  size_t i = 0;
  while (i < at.match.size() && compact.size() < wanted) {
    if (is_word(at.match[i])) compact += at.match[i];
    ++i;
  }
  return leak_if(wanted != 0 && !is_word(at.after(at.begin() + i)) && is_iban(compact));
}

std::optional<size_t> check_phone(const Context& at) {
  const char before = at.before();
  if (is_word(before) || before == '+' || before == '_') return std::nullopt;
  if (at.match.starts_with("+999")) return std::nullopt;
  size_t digits = 0;
  size_t i = at.begin() + 1;
  for (size_t marks = 0; digits <= 15 && marks <= 2; ++i) {
    const char c = at.after(i);
    if (is_ascii_digit(c)) {
      ++digits;
      marks = 0;
      if (digits >= 8 && digits <= 15 && !is_word(at.after(i + 1))) return 0;
    } else if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')') {
      ++marks;
    } else {
      break;
    }
  }
  return std::nullopt;
}

std::optional<size_t> check_jwt(const Context& at) {
  if (!at.starts_word() || is_closed_jwt(at.match)) return std::nullopt;
  // The claims of a surrogate look like a header.
  if (at.text.substr(0, at.begin()).ends_with(kJwtFront)) return std::nullopt;
  const Match header = at.match.substr(0, at.match.find('.'));
  const auto decoded = base64_decode(header.substr(0, header.size() / 4 * 4));
  return leak_if(decoded && decoded->starts_with('{'));
}

std::optional<size_t> check_bearer(const Context& at) {
  const Match value = at.group;
  const bool digit = std::any_of(value.begin(), value.end(), is_ascii_digit);
  const bool long_enough = value.size() >= (digit ? 8U : 16U) && at.after(at.end()) != '@';
  return leak_if(at.starts_word() && long_enough && !is_tag(value) && !is_closed_jwt(value));
}

std::optional<size_t> check_basic(const Context& at) {
  const bool padded = at.group.ends_with('=');
  const auto decoded =
      base64_decode(padded ? at.group : at.group.substr(0, at.group.size() / 4 * 4));
  if (!at.starts_word() || !decoded) return std::nullopt;
  const size_t colon = decoded->find(':');
  return leak_if(colon != std::string::npos && !is_tag(Match(*decoded).substr(0, colon)));
}

std::optional<size_t> check_userinfo(const Context& at) {
  return leak_if(at.group.size() <= 511 && !is_tag(at.group));
}

std::optional<size_t> check_any(const Context&) { return 0; }

std::optional<size_t> check_member(const Context& at) {
  return leak_if(!is_closed_value(at.group));
}

std::optional<size_t> check_bot_token(const Context& at) {
  const char after = at.after(at.end());
  return leak_if(at.starts_word() && !is_word(after) && after != '-' && after != '_');
}

// How the value of a form is judged, and whether the next match may begin inside one that is none.
struct FormCheck {
  ClassId class_id;
  Check check;
  bool goes_on_after_miss;
  // What every match begins with, where that is the start of a word: the form is tried there only.
  const char* front;
};

constexpr std::array kFormChecks{
    FormCheck{ClassId::BearerAuth, check_bearer, false, "(?i:bearer) "},
    FormCheck{ClassId::BasicAuth, check_basic, false, "(?i:basic) "},
    FormCheck{ClassId::UrlUserinfo, check_userinfo, false, nullptr},
    FormCheck{ClassId::PrivateKey, check_any, false, nullptr},
    FormCheck{ClassId::Jwt, check_jwt, false, "eyJ|ewo"},
    FormCheck{ClassId::TelegramToken, check_bot_token, true, "[0-9]{8,10}:AA"},
    FormCheck{ClassId::CardPan, check_card, false, nullptr},
    FormCheck{ClassId::Iban, check_iban, true, nullptr},
    FormCheck{ClassId::Email, check_email, false, nullptr},
    FormCheck{ClassId::Phone, check_phone, true, nullptr},
};

const FormCheck& form_check(ClassId id) {
  return *std::find_if(kFormChecks.begin(), kFormChecks.end(),
                       [id](const FormCheck& form) { return form.class_id == id; });
}

constexpr const char* kMembers =
    R"re("(?i:password|passwd|passphrase|secret|token|client[_-]?secret|access[_-]?token|)re"
    R"re(refresh[_-]?token|id[_-]?token|auth[_-]?token|session[_-]?token|csrf[_-]?token|)re"
    R"re(x?[_-]?api[_-]?key|api[_-]?secret|secret[_-]?key|private[_-]?key|session[_-]?id|otp|)re"
    R"re(pin|cvv|cvc)"\s*:\s*"((?:[^"\\]|\\.)*)")re";

bool is_literal_word(std::string_view anchor) { return is_word(anchor.front()); }

bool holds_any(std::string_view text, std::string_view needs) {
  bool found = needs.empty();
  for_each_part(needs, [&](std::string_view need) {
    found = found || text.find(need) != std::string_view::npos;
  });
  return found;
}

}  // namespace

// A value behind a word counts here only where arithmetic says that it is one: names and layouts
// are in every file of a run, and a leak ends the run.
bool is_proved(validate::Check check) {
  using validate::Check;
  return check != Check::None && check != Check::HasDigits && check != Check::NotOneDigit &&
         check != Check::PhoneNational && check != Check::UsEin && check != Check::DkCpr &&
         check != Check::IpAddress && check != Check::MacAddress && check != Check::Imei;
}

// One expression over text: `from` says where, and whether anchored there.
struct Detectors::Detector {
  std::string_view id;
  Check check = nullptr;  // of forms
  const PatternRow* pattern = nullptr;
  const ContextRow* context = nullptr;
  bool goes_on_after_miss = true;
  std::string_view needs;
  std::unique_ptr<re2::RE2> expression;
};

// A place where something begins, and which detectors to ask there.
struct Detectors::Gate {
  std::unique_ptr<re2::RE2> expression;
  std::map<std::string, std::vector<size_t>, std::less<>> by_front;  // lower case
  std::vector<size_t> always;
};

namespace {

std::unique_ptr<re2::RE2> compile(const std::string& pattern) {
  re2::RE2::Options options;
  // Bytes, whatever they are: an artefact that is not UTF-8 is scanned all the same.
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(int64_t{64} << 20U);
  return std::make_unique<re2::RE2>(pattern, options);
}

// Longer alternatives first: the expression takes the first that fits.
std::string one_of(std::vector<std::string> parts) {
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : "|") + part;
  return out;
}

std::string without_separators(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '-' && c != '_' && c != ' ') out += ascii_lower(c);
  }
  return out;
}

}  // namespace

void Detectors::add_forms(std::vector<std::string>& fronts) {
  for (const auto& row : kForms) {
    const FormCheck& form = form_check(row.class_id);
    Detector detector;
    detector.id = class_info(row.class_id).id;
    detector.check = form.check;
    detector.goes_on_after_miss = form.goes_on_after_miss;
    detector.needs = row.needs;
    detector.expression = compile(row.pattern);
    if (form.front != nullptr) {
      words_->always.push_back(detectors_.size());
      fronts.emplace_back(form.front);
    } else {
      whole_.push_back(detectors_.size());
    }
    detectors_.push_back(std::move(detector));
  }
  Detector members;
  members.id = class_info(ClassId::KeySecret).id;
  members.check = check_member;
  members.goes_on_after_miss = false;
  members.expression = compile(kMembers);
  whole_.push_back(detectors_.size());
  detectors_.push_back(std::move(members));
}

void Detectors::add_patterns(std::vector<std::string>& fronts) {
  for (const auto& row : kPatterns) {
    if (class_info(row.class_id).tier == Tier::OptIn) continue;
    Detector detector;
    detector.id = class_info(row.class_id).id;
    detector.pattern = &row;
    detector.expression = compile(row.pattern);
    const bool at_words = row.offset == 0 && is_literal_word(row.anchors);
    if (at_words) {
      for_each_part(row.anchors, [&](std::string_view anchor) {
        words_->by_front[to_lower(anchor)].push_back(detectors_.size());
        fronts.push_back(re2::RE2::QuoteMeta({anchor.data(), anchor.size()}));
      });
    } else {
      detector.needs = row.anchors;
      whole_.push_back(detectors_.size());
    }
    detectors_.push_back(std::move(detector));
  }
}

void Detectors::add_contexts() {
  std::vector<std::string> words;
  for (const auto& row : kContexts) {
    if (class_info(row.class_id).tier == Tier::OptIn || !is_proved(row.check)) continue;
    Detector detector;
    detector.id = class_info(row.class_id).id;
    detector.context = &row;
    detector.expression = compile(row.pattern);
    for_each_part(row.words, [&](std::string_view word) {
      contexts_->by_front[without_separators(word)].push_back(detectors_.size());
      std::string expression;
      for (const char c : word) expression += c == '-' ? std::string("[ _-]?") : std::string(1, c);
      words.push_back(expression);
    });
    detectors_.push_back(std::move(detector));
  }
  contexts_->expression = compile("(?i)(?:^|[^a-z0-9])(" + one_of(words) + ")(?:[^a-z]|$)");
}

Detectors::Detectors() : words_(std::make_unique<Gate>()), contexts_(std::make_unique<Gate>()) {
  std::vector<std::string> fronts;
  add_forms(fronts);
  add_patterns(fronts);
  add_contexts();
  words_->expression = compile("(?:^|[^A-Za-z0-9])(" + one_of(fronts) + ")");
}

Detectors::~Detectors() = default;

bool Detectors::ok() const noexcept {
  return words_->expression->ok() && contexts_->expression->ok() &&
         std::all_of(detectors_.begin(), detectors_.end(),
                     [](const Detector& detector) { return detector.expression->ok(); });
}

namespace {

// A match of a pattern: its edges, its check and what it must not be.
std::optional<size_t> check_pattern(const PatternRow& row, const Context& at) {
  if (is_word(at.match.front()) && !at.starts_word()) return std::nullopt;
  const Match value = at.group.empty() ? at.match : at.group;
  if (row.edge == Edge::Whole && is_word(at.match.back()) && is_word(at.after(at.end()))) {
    return std::nullopt;
  }
  const Match front = value.substr(0, 64);
  if (row.edge == Edge::Digit && std::none_of(front.begin(), front.end(), is_ascii_digit)) {
    return std::nullopt;
  }
  return leak_if(validate::holds(row.check, value) && !is_closed_value(value));
}

std::optional<size_t> check_context(const ContextRow& row, const Context& at) {
  const bool whole = at.starts_word() && !(is_word(at.match.back()) && is_word(at.after(at.end())));
  return leak_if(whole && validate::holds(row.check, at.match) && !is_closed_value(at.match));
}

}  // namespace

// One look of a detector at the text from `from` on: where to go on, or npos.
size_t Detectors::look(const Detector& detector, std::string_view text, const Look& from,
                       std::vector<DetectorHit>& out) {
  const re2::StringPiece piece(text.data(), text.size());
  std::array<re2::StringPiece, 2> groups;
  const int count = std::min(detector.expression->NumberOfCapturingGroups() + 1, 2);
  const auto anchor = from.anchored ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED;
  const size_t end = std::min(text.size(), from.end);
  if (!detector.expression->Match(piece, from.place, end, anchor, groups.data(), count)) {
    return std::string_view::npos;
  }
  const Match match(groups[0].data(), groups[0].size());
  const auto begin = static_cast<size_t>(match.data() - text.data());
  const Context at{text, match, {groups[1].data(), groups[1].size()}};
  const auto leak = detector.pattern != nullptr   ? check_pattern(*detector.pattern, at)
                    : detector.context != nullptr ? check_context(*detector.context, at)
                                                  : detector.check(at);
  if (leak) out.push_back({begin + *leak, detector.id});
  return leak || !detector.goes_on_after_miss ? begin + match.size() : begin + 1;
}

void Detectors::scan_words(std::string_view text, std::vector<DetectorHit>& out) const {
  const re2::StringPiece piece(text.data(), text.size());
  std::array<re2::StringPiece, 2> groups;
  size_t from = 0;
  while (
      words_->expression->Match(piece, from, text.size(), re2::RE2::UNANCHORED, groups.data(), 2)) {
    const auto place = static_cast<size_t>(groups[1].data() - text.data());
    const Look here{place, place + kLookBytes, true};
    for (const size_t i : words_->always) look(detectors_[i], text, here, out);
    // Every anchor that the text begins with here, not only the one that the gate took.
    const std::string front = to_lower(text.substr(place, kFrontMax));
    for (size_t length = 2; length <= front.size(); ++length) {
      const auto rows = words_->by_front.find(std::string_view(front).substr(0, length));
      if (rows == words_->by_front.end()) continue;
      for (const size_t i : rows->second) look(detectors_[i], text, here, out);
    }
    // The last character of a front may be the one in front of the next word.
    from = place + groups[1].size() - 1;
  }
}

void Detectors::scan_contexts(std::string_view text, std::vector<DetectorHit>& out) const {
  const re2::StringPiece piece(text.data(), text.size());
  std::array<re2::StringPiece, 2> groups;
  size_t from = 0;
  while (contexts_->expression->Match(piece, from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                                      2)) {
    const size_t word_end = static_cast<size_t>(groups[1].data() - text.data()) + groups[1].size();
    size_t gap_end = word_end;
    while (gap_end < text.size() && gap_end - word_end < kContextReach &&
           !is_ascii_digit(text[gap_end]) && kGapEnds.find(text[gap_end]) == Match::npos) {
      ++gap_end;
    }
    const auto rows =
        contexts_->by_front.find(without_separators({groups[1].data(), groups[1].size()}));
    for (const size_t i : rows->second) {
      const size_t end = gap_end + detectors_[i].context->longest + 1;
      const size_t hits = out.size();
      for (size_t at = word_end; at <= gap_end && at < text.size() && out.size() == hits;) {
        at = look(detectors_[i], text, {at, end, false}, out);
      }
      // A value that begins behind the gap is not this word's.
      while (out.size() > hits && out.back().begin > gap_end) out.pop_back();
    }
    from = word_end;
  }
}

void Detectors::scan(std::string_view text, std::vector<DetectorHit>& out) const {
  for (const size_t i : whole_) {
    if (!holds_any(text, detectors_[i].needs)) continue;
    for (size_t from = 0; from < text.size();) {
      from = look(detectors_[i], text, {from, text.size(), false}, out);
    }
  }
  scan_words(text, out);
  scan_contexts(text, out);
}

std::vector<std::string_view> Detectors::ids() const {
  std::vector<std::string_view> ids;
  for (const auto& detector : detectors_) ids.push_back(detector.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

bool is_closed_value(std::string_view value) {
  if (value.empty() || is_tag(value) || is_closed_jwt(value)) return true;
  if (value.starts_with("u-") && value.ends_with("@redacted.invalid")) return true;
  if (value.starts_with("00000000-fa17-8") || value.starts_with("+999") ||
      value.starts_with("192.0.2.") || value.starts_with("2001:db8::")) {
    return true;
  }
  if (value.starts_with("1000-")) return value.size() == 10 || value.ends_with("T00:00:00Z");
  if (value.starts_with("XX")) return value.size() >= 15 && iban_checksum_ok(value);
  const size_t space = value.find(' ');
  if (space != std::string_view::npos && space < 20 && is_tag(value.substr(space + 1))) return true;
  const std::string digits = digits_of(value);
  const bool only_digits = value.find_first_not_of("0123456789 -./()") == std::string_view::npos;
  if (!only_digits || digits.empty()) return false;
  const char lead = digits.front();
  const bool one_digit = digits.find_first_not_of(lead) == std::string::npos;
  if (digits.size() < 10) return one_digit && (lead == '0' || lead == '1');
  return digits.starts_with("00") || digits.starts_with("99");
}

}  // namespace faultline::redaction::verify

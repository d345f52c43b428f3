// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_detectors.h"

#include "proxy/base/text.h"
#include "redaction/checks.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
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

std::optional<size_t> check_token(const Context& at) { return leak_if(at.starts_word()); }

// Of fixed length: something longer is something else.
std::optional<size_t> check_fixed_token(const Context& at) {
  return leak_if(at.starts_word() && !is_word(at.after(at.end())));
}

std::optional<size_t> check_short_anchor(const Context& at) {
  const Match front = at.match.substr(0, 64);
  return leak_if(at.starts_word() && std::any_of(front.begin(), front.end(), is_ascii_digit));
}

std::optional<size_t> check_any(const Context&) { return 0; }

std::optional<size_t> check_member(const Context& at) {
  return leak_if(!is_closed_value(at.group));
}

struct Row {
  std::string_view detector;
  Check check;
  bool goes_on_after_miss;  // the next match may begin inside one that is no leak
  const char* expression;
  // What every match begins with. Rows that have it are tried, anchored, where one common
  // expression finds any of the fronts at the start of a word; the others read all of the text.
  const char* front = nullptr;
  // What every match holds: without it in the text there is none.
  std::string_view needs = {};
};

constexpr const char* kEmail =
    R"([A-Za-z0-9._%+'\x80-\xff-]+@[A-Za-z0-9\x80-\xff-]+(?:\.[A-Za-z0-9\x80-\xff-]+)*)"
    R"(\.[A-Za-z\x80-\xff]{2,})";
constexpr const char* kMembers =
    R"re("(?i:password|passwd|passphrase|secret|token|client[_-]?secret|access[_-]?token|)re"
    R"re(refresh[_-]?token|id[_-]?token|auth[_-]?token|session[_-]?token|csrf[_-]?token|)re"
    R"re(x?[_-]?api[_-]?key|api[_-]?secret|secret[_-]?key|private[_-]?key|session[_-]?id|otp|)re"
    R"re(pin|cvv|cvc)"\s*:\s*"((?:[^"\\]|\\.)*)")re";

// The expressions follow classes.def row by row; a test holds them to it.
constexpr std::array kRows{
    Row{"email", check_email, false, kEmail, nullptr, "@"},
    Row{"card.pan", check_card, false, "[0-9](?:[ -]?[0-9]){11,}"},
    Row{"iban", check_iban, true, "[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,30}"},
    Row{"phone.e164", check_phone, true, R"(\+[1-9][0-9 .()-]{6})", R"(\+[1-9])"},
    Row{"jwt", check_jwt, false,
        R"((?:eyJ|ewo)[A-Za-z0-9_-]{7,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?)", "eyJ|ewo"},
    Row{"pem.private_key", check_any, false, "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY", nullptr,
        "-----BEGIN "},
    Row{"http.auth.bearer", check_bearer, false,
        "(?i:bearer) +([A-Za-z0-9+/_=-]+(?:[.~][A-Za-z0-9+/_=-]+)*)", "(?i:bearer) "},
    Row{"http.auth.basic", check_basic, false, "(?i:basic) +([A-Za-z0-9+/_-]{4,}={0,2})",
        "(?i:basic) "},
    Row{"url.userinfo", check_userinfo, false, "[A-Za-z0-9]://([^\\x00-\\x20/?#\"'<>\\\\`]+)@",
        nullptr, "://"},
    Row{"key.lexicon.secret", check_member, false, kMembers},
    Row{"aws.access_key_id", check_fixed_token, true,
        "(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}", "A3T|AKIA|ASIA|ABIA|ACCA"},
    Row{"github.token", check_token, true, "gh[oprsu]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_-]{22}",
        "gh[oprsu]_|github_pat_"},
    Row{"slack.token", check_token, true,
        "xox[abeoprs]-[A-Za-z0-9_-]{10}|xoxe\\.xox[bp]-[A-Za-z0-9_-]{10}|xapp-[A-Za-z0-9_-]{10}|"
        "hooks\\.slack\\.com/(?:services|triggers|workflows)/[A-Za-z0-9_/-]{20}",
        "xox[abeoprs]|xapp-|hooks\\.slack"},
    Row{"stripe.key", check_token, true,
        "[rs]k_(?:live|prod|test)_[A-Za-z0-9]{10}|whsec_[A-Za-z0-9+/=_-]{16}",
        "[rs]k_(?:live|prod|test)_|whsec_"},
    Row{"ai.key", check_token, true,
        "sk-(?:admin|ant|or|proj|svcacct)-[A-Za-z0-9_-]{20}|gsk_[A-Za-z0-9]{40}|"
        "nvapi-[A-Za-z0-9_-]{40}|pplx-[A-Za-z0-9]{32}|xai-[A-Za-z0-9]{60}",
        "sk-|gsk_|nvapi-|pplx-|xai-"},
    Row{"ai.key", check_short_anchor, true,
        "sk-[A-Za-z0-9]{32,}|hf_[A-Za-z0-9]{34,}|r8_[A-Za-z0-9]{37,}", "sk-|hf_|r8_"},
    Row{"vendor.token", check_token, true,
        "AGE-SECRET-KEY-1[A-Z0-9]{50}|AKCp[A-Za-z0-9_-]{60}|ATATT3[A-Za-z0-9_-]{60}|"
        "GOCSPX-[A-Za-z0-9_-]{20}|HRKU-[A-Za-z0-9_-]{30}|NRAK-[A-Za-z0-9]{20}|"
        "PMAK-[A-Za-z0-9_-]{40}|dckr_(?:oat|pat)_[A-Za-z0-9_-]{20}|dp\\.pt\\.[A-Za-z0-9]{40}|"
        "gl(?:agent|cbt|dt|ft|imt|oas|pat|ptt|rt|soat)-[A-Za-z0-9_.-]{20}|"
        "glc_[A-Za-z0-9+/=_-]{32}|glsa_[A-Za-z0-9_-]{32}|hv[brs]\\.[A-Za-z0-9_-]{24}|"
        "lin_api_[A-Za-z0-9]{32}|npm_[A-Za-z0-9]{36}|ntn_[A-Za-z0-9]{40}|"
        "pscale_(?:oauth|pw|tkn)_[A-Za-z0-9_-]{32}|pypi-AgEI[A-Za-z0-9_-]{40}|"
        "rzp_(?:live|test)_[A-Za-z0-9]{14}|sntrys_[A-Za-z0-9+/=_-]{40}|sq0atp-[A-Za-z0-9_-]{22}|"
        "sq0csp-[A-Za-z0-9_-]{43}|xkeysib-[A-Za-z0-9_-]{40}|ya29\\.[A-Za-z0-9_-]{20}",
        "AGE-SECRET|AKCp|ATATT3|GOCSPX-|HRKU-|NRAK-|PMAK-|dckr_|dp\\.pt\\.|"
        "gl(?:agent|cbt|dt|ft|imt|oas|pat|ptt|rt|soat)-|glc_|glsa_|hv[brs]\\.|lin_api_|npm_|ntn_|"
        "pscale_|pypi-|rzp_|sntrys_|sq0|xkeysib-|ya29\\."},
    Row{"vendor.token", check_short_anchor, true, "SG\\.[A-Za-z0-9_.-]{60,}", "SG\\."},
    Row{"vendor.token", check_fixed_token, true,
        "AIza[A-Za-z0-9_-]{35}|LTAI[A-Za-z0-9]{16,24}|dapi[a-f0-9]{32,34}|do[opr]_v1_[a-f0-9]{64}|"
        "pul-[a-f0-9]{40}|rubygems_[a-f0-9]{48}|sbp_[a-f0-9]{40}|shp(?:at|ca|pa|ss)_[a-f0-9]{32}|"
        "sntryu_[a-f0-9]{64}|[0-9]{8,10}:AA[A-Za-z0-9_-]{32,33}",
        "AIza|LTAI|dapi|do[opr]_v1_|pul-|rubygems_|sbp_|shp(?:at|ca|pa|ss)_|sntryu_|"
        "[0-9]{8,10}:AA"},
    Row{"canary", check_token, true, "fl-canary-[A-Za-z0-9_-]{4}", "fl-canary-"},
};

}  // namespace

struct Detectors::Detector {
  const Row* row;
  std::unique_ptr<re2::RE2> expression;
};

Detectors::Detectors() {
  re2::RE2::Options options;
  // Bytes, whatever they are: an artefact that is not UTF-8 is scanned all the same.
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(int64_t{64} << 20U);
  std::string fronts;
  for (const auto& row : kRows) {
    detectors_.push_back({&row, std::make_unique<re2::RE2>(row.expression, options)});
    if (row.front == nullptr) continue;
    fronts += fronts.empty() ? "" : "|";
    fronts += row.front;
  }
  const std::string gate = "(?:^|[^A-Za-z0-9])(" + fronts + ")";
  detectors_.push_back({nullptr, std::make_unique<re2::RE2>(gate, options)});
}

Detectors::~Detectors() = default;

bool Detectors::ok() const noexcept {
  return std::all_of(detectors_.begin(), detectors_.end(),
                     [](const Detector& detector) { return detector.expression->ok(); });
}

// One look of a detector at the text from `from` on: where to go on, or npos.
size_t Detectors::look(const Detector& detector, std::string_view text, const Look& from,
                       std::vector<DetectorHit>& out) {
  const re2::StringPiece piece(text.data(), text.size());
  std::array<re2::StringPiece, 2> groups;
  const int count = std::min(detector.expression->NumberOfCapturingGroups() + 1, 2);
  const auto anchor = from.anchored ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED;
  const size_t end = from.anchored ? std::min(text.size(), from.place + kLookBytes) : text.size();
  if (!detector.expression->Match(piece, from.place, end, anchor, groups.data(), count)) {
    return std::string_view::npos;
  }
  const Match match(groups[0].data(), groups[0].size());
  const auto begin = static_cast<size_t>(match.data() - text.data());
  const auto leak = detector.row->check({text, match, {groups[1].data(), groups[1].size()}});
  if (leak) out.push_back({begin + *leak, detector.row->detector});
  return leak || !detector.row->goes_on_after_miss ? begin + match.size() : begin + 1;
}

void Detectors::scan(std::string_view text, std::vector<DetectorHit>& out) const {
  for (const auto& detector : detectors_) {
    const bool reads_all = detector.row != nullptr && detector.row->front == nullptr &&
                           text.find(detector.row->needs) != std::string_view::npos;
    for (size_t from = reads_all ? 0 : text.size(); from < text.size();) {
      from = look(detector, text, {from, false}, out);
    }
  }
  const re2::StringPiece piece(text.data(), text.size());
  const re2::RE2& gate = *detectors_.back().expression;
  std::array<re2::StringPiece, 2> groups;
  size_t from = 0;
  while (gate.Match(piece, from, text.size(), re2::RE2::UNANCHORED, groups.data(), 2)) {
    const auto place = static_cast<size_t>(groups[1].data() - text.data());
    for (const auto& detector : detectors_) {
      if (detector.row == nullptr || detector.row->front == nullptr) continue;
      look(detector, text, {place, true}, out);
    }
    // The last character of a front may be the one in front of the next word.
    from = place + groups[1].size() - 1;
  }
}

std::vector<std::string_view> Detectors::ids() const {
  std::vector<std::string_view> ids;
  for (const auto& row : kRows) ids.push_back(row.detector);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::string dirty_text() {
  // In pieces: no scanner of source code or binaries takes them for real ones.
  const std::string filler = "a1B2c3D4e5F6a7B8c9D0e1F2a3B4c5D6e7F8a9B0";
  std::string text;
  const auto add = [&text](std::string_view front, std::string_view back) {
    text.append(front).append(back).append("\n");
  };
  add("mail bob", "@control.example.org");
  add("card 4111 1111", " 1111 1111");
  add("iban DE89 3704 0044", " 0532 0130 00");
  add("call +1 415", " 555 0199");
  add("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiJjb250cm9sIn0.c2ln");
  add("-----BEGIN RSA ", "PRIVATE KEY-----");
  add("Authorization: Bearer ", "control0123456789");
  add("Authorization: Basic ", "Y29udHJvbDpjb250cm9s");
  add("postgres://control:", "control@db/");
  add(R"({"password": "cont)", R"(rol"})");
  add("AKIA", "CONTROLCONTROL77");
  add("ghp_", filler.substr(0, 36));
  add("xoxb-", filler);
  add("sk_live_", filler);
  add("sk-ant-", filler);
  add("glpat-", filler);
  add("fl-canary-", "control");
  return text;
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

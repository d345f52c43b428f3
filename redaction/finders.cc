// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/finders.h"

#include "proxy/base/text.h"
#include "redaction/checks.h"
#include "redaction/surrogate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace faultline::redaction {
namespace {

constexpr size_t kEmailLocalMax = 256;
constexpr size_t kEmailDomainMax = 255;
constexpr size_t kIbanMax = 34;  // ISO 13616
constexpr size_t kPhoneDigitsMin = 8;
constexpr size_t kPhoneDigitsMax = 15;
constexpr size_t kUserinfoMax = 512;
constexpr size_t kPemHeaderMax = 80;
constexpr size_t kBearerMin = 16;
constexpr size_t kBearerMixedMin = 8;
constexpr size_t kAwsSecretBytes = 40;
constexpr size_t kAwsReach = 200;

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_credential_char(char c) {
  return is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '/' || c == '=';
}
bool is_base64url(char c) { return is_alnum(c) || c == '-' || c == '_'; }

char char_at(std::string_view text, size_t i) { return i < text.size() ? text[i] : '\0'; }
char char_before(std::string_view text, size_t i) { return i > 0 ? text[i - 1] : '\0'; }

size_t skip_digits(std::string_view text, size_t i) {
  while (i < text.size() && is_ascii_digit(text[i])) ++i;
  return i;
}

// --- e-mail ---

bool is_local_char(std::string_view text, size_t i) {
  const char c = text[i];
  if (is_alnum(c) || is_high(c)) return true;
  if (c == '.' || c == '_' || c == '%' || c == '+' || c == '-') return true;
  // An apostrophe inside a name, not a quote around one.
  return c == '\'' && i > 0 && is_alnum(text[i - 1]);
}

size_t email_local_begin(std::string_view text, size_t at) {
  const size_t floor = at > kEmailLocalMax ? at - kEmailLocalMax : 0;
  size_t begin = at;
  if (begin > floor + 1 && text[begin - 1] == '"') {
    const std::string_view before = text.substr(floor, begin - 1 - floor);
    const size_t open = before.rfind('"');
    const bool same_line =
        open != std::string_view::npos && before.find('\n', open) == std::string_view::npos;
    return same_line && before.size() - open > 1 ? floor + open : at;
  }
  while (begin > floor && is_local_char(text, begin - 1)) --begin;
  while (begin < at && (text[begin] == '.' || text[begin] == '-')) ++begin;
  return begin;
}

// Where the domain ends: the last label that begins with two letters (or is not ASCII) is its top.
size_t email_domain_end(std::string_view text, size_t begin) {
  const size_t ceiling = std::min(text.size(), begin + kEmailDomainMax);
  if (char_at(text, begin) == '[') {
    const size_t close = text.substr(0, ceiling).find(']', begin);
    const bool is_address =
        close != std::string_view::npos && is_ipv4(text.substr(begin + 1, close - begin - 1));
    return is_address ? close + 1 : 0;
  }
  size_t end = begin;
  while (end < ceiling &&
         (is_alnum(text[end]) || is_high(text[end]) || text[end] == '-' || text[end] == '.')) {
    ++end;
  }
  while (end > begin) {
    // Not farther back: that would be the whole text, again for every `@`.
    const size_t label = text.substr(begin, end - begin).rfind('.');
    if (label == std::string_view::npos || label == 0) return 0;
    const size_t dot = begin + label;
    size_t top = dot + 1;
    while (top < end && (is_ascii_alpha(text[top]) || is_high(text[top]))) ++top;
    if (text.substr(dot + 1, 4) == "xn--") top = end;
    if (top - dot > 2 && text[dot - 1] != '.') return top;
    end = dot;
  }
  return 0;
}

// `logo@2x.png`: a picture, not a person.
bool is_scaled_picture(std::string_view domain) {
  const size_t digits = skip_digits(domain, 0);
  if (digits == 0 || char_at(domain, digits) != 'x' || char_at(domain, digits + 1) != '.') {
    return false;
  }
  const std::string_view top = domain.substr(digits + 2);
  constexpr std::array<std::string_view, 6> kTypes{"png", "jpg", "jpeg", "gif", "webp", "svg"};
  return std::find(kTypes.begin(), kTypes.end(), top) != kTypes.end();
}

// --- cards ---

// A part of 8-4-4-4-12 hex digits.
bool is_inside_uuid(std::string_view text, size_t pos) {
  for (const size_t back : {0U, 9U, 14U, 19U, 24U}) {
    if (pos >= back && is_uuid(text.substr(pos - back, 36))) return true;
  }
  return false;
}

bool continues_as_fraction(std::string_view text, size_t end) {
  return char_at(text, end) == '.' && is_ascii_digit(char_at(text, end + 1));
}

bool ends_authority(char c) {
  switch (c) {
    case '/':
    case '?':
    case '#':
    case '"':
    case '\'':
    case '<':
    case '>':
    case '\\':
    case '`':
      return true;
    default:
      return static_cast<unsigned char>(c) <= ' ';
  }
}

// Of at most kCardDigitsMax digits and what separates them.
bool is_in_card_range(std::string_view groups) {
  std::array<char, kCardDigitsMax> digits{};
  char* const end = std::copy_if(groups.begin(), groups.end(), digits.begin(), is_ascii_digit);
  return card_range_ok({digits.data(), static_cast<size_t>(end - digits.data())});
}

// Groups of digits with one kind of separator, the first of four, as cards are printed.
std::optional<Range> find_grouped_card(std::string_view text, size_t begin) {
  const char separator = char_at(text, begin + 4);
  if (separator != ' ' && separator != '-') return std::nullopt;
  const uint32_t lengths = possible_card_lengths(text.substr(begin, 4));
  if (lengths == 0) return std::nullopt;
  // Digit by digit on the way: most groups that an issuer could have given end at the sum.
  LuhnSum sum;
  const char* digit = text.data() + begin;
  for (const char* const end = digit + 4; digit < end; ++digit) sum.add(*digit);
  size_t count = 4;
  size_t best = 0;
  const char* const stop = text.data() + text.size();
  while (digit < stop && *digit == separator) {
    const char* const group = digit + 1;
    const char* const room = group + std::min<size_t>(stop - group, kCardDigitsMax - count);
    for (digit = group; digit < room && is_ascii_digit(*digit); ++digit) sum.add(*digit);
    // One that goes on is too long.
    if (digit - group < 2 || (digit < stop && is_alnum(*digit))) break;
    count += static_cast<size_t>(digit - group);
    const bool may_end = (lengths >> count & 1U) != 0 && sum.is_ok();
    const std::string_view groups(text.data() + begin, digit);
    if (may_end && is_in_card_range(groups)) best = groups.size();
  }
  if (best == 0 || is_inside_uuid(text, begin)) return std::nullopt;
  return Range{begin, begin + best};
}

}  // namespace

std::optional<Range> find_email(std::string_view text, size_t at) noexcept {
  const size_t begin = email_local_begin(text, at);
  if (begin == at) return std::nullopt;
  const size_t end = email_domain_end(text, at + 1);
  if (end == 0 || is_scaled_picture(text.substr(at + 1, end - at - 1))) return std::nullopt;
  return Range{begin, end};
}

std::optional<Range> find_card(std::string_view text, size_t begin) {
  const size_t end = skip_digits(text, begin);
  if (is_alnum(char_at(text, end))) return std::nullopt;
  const bool after_point =
      char_before(text, begin) == '.' && begin > 1 && is_ascii_digit(text[begin - 2]);
  if (after_point) return std::nullopt;
  const size_t length = end - begin;
  if (length == 4) return find_grouped_card(text, begin);
  if (length < kCardDigitsMin || length > kCardDigitsMax) return std::nullopt;
  if (continues_as_fraction(text, end) || !is_card_number(text.substr(begin, length)) ||
      is_inside_uuid(text, begin)) {
    return std::nullopt;
  }
  return Range{begin, end};
}

size_t end_of_digit_groups(std::string_view text, size_t begin) noexcept {
  size_t end = skip_digits(text, begin);
  const char separator = char_at(text, end);
  if (end - begin != 4 || (separator != ' ' && separator != '-')) return begin;
  size_t digits = 4;
  while (char_at(text, end) == separator) {
    const size_t group_end = skip_digits(text, end + 1);
    if (group_end - end < 3 || is_alnum(char_at(text, group_end))) break;
    digits += group_end - end - 1;
    if (digits > kCardDigitsMax) break;
    end = group_end;
  }
  return digits < kCardDigitsMin ? begin : end;
}

std::optional<Range> find_iban(std::string_view text, size_t begin) {
  const size_t wanted = iban_length(text.substr(begin, 2));
  if (wanted == 0) return std::nullopt;
  std::array<char, kIbanMax> compact{};
  size_t count = 0;
  size_t end = begin;
  while (end < text.size() && count < wanted) {
    const char c = text[end];
    const bool separates = (c == ' ' || c == '-') && count >= 4 && is_alnum(text[end - 1]);
    if (is_ascii_digit(c) || (c >= 'A' && c <= 'Z')) {
      compact[count++] = c;
    } else if (!separates) {
      return std::nullopt;
    }
    ++end;
  }
  if (is_alnum(char_at(text, end)) || !is_iban({compact.data(), count})) return std::nullopt;
  return Range{begin, end};
}

std::optional<Range> find_phone(std::string_view text, size_t begin) noexcept {
  const char before = char_before(text, begin);
  if (is_alnum(before) || before == '+' || before == '_') return std::nullopt;
  const char first = char_at(text, begin + 1);
  if (first < '1' || first > '9') return std::nullopt;
  size_t digits = 0;
  size_t best = 0;
  size_t i = begin + 1;
  while (digits <= kPhoneDigitsMax) {
    const size_t group_end = skip_digits(text, i);
    if (group_end == i) break;
    digits += group_end - i;
    const bool whole = !is_alnum(char_at(text, group_end));
    if (whole && digits >= kPhoneDigitsMin && digits <= kPhoneDigitsMax) best = group_end;
    i = group_end;
    // One mark, or the brackets around an area code.
    for (size_t marks = 0; marks < 2 && i < text.size(); ++marks, ++i) {
      const char c = text[i];
      if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') break;
    }
  }
  if (best == 0) return std::nullopt;
  return Range{begin, best};
}

std::optional<Range> find_jwt(std::string_view text, size_t begin, size_t& retry_at) {
  std::array<size_t, 5> ends{};
  size_t parts = 0;
  size_t i = begin;
  while (parts < ends.size()) {
    while (i < text.size() && is_base64url(text[i])) ++i;
    ends[parts++] = i;
    if (parts == ends.size() || char_at(text, i) != '.') break;
    ++i;
  }
  retry_at = ends[0];
  if (parts < 2 || ends[0] - begin < 10) return std::nullopt;
  const size_t header_length = std::min<size_t>((ends[0] - begin) / 4 * 4, 512);
  const auto header = base64_decode(text.substr(begin, header_length));
  if (!header || header->empty() || header->front() != '{') return std::nullopt;
  const bool encrypted = header->find("\"enc\"") != std::string::npos;
  if (parts == 5 && !encrypted) parts = 3;
  if (parts == 4) parts = 3;
  if (parts < 5 && ends[1] - ends[0] < 5) return std::nullopt;
  size_t end = ends[parts - 1];
  if (char_before(text, end) == '.') --end;
  return Range{begin, end};
}

std::optional<Range> find_private_key(std::string_view text, size_t begin) noexcept {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kKey = "PRIVATE KEY";
  const std::string_view header = text.substr(begin, kPemHeaderMax);
  if (!header.starts_with(kBegin)) return std::nullopt;
  const size_t label_end = header.find("-----", kBegin.size());
  const size_t key = header.find(kKey);
  if (label_end == std::string_view::npos || key == std::string_view::npos || key > label_end) {
    return std::nullopt;
  }
  const size_t close = text.find("-----END ", begin + label_end);
  if (close == std::string_view::npos) return Range{begin, text.size()};
  const size_t close_end = text.find("-----", close + 9);
  if (close_end == std::string_view::npos) return Range{begin, text.size()};
  return Range{begin, close_end + 5};
}

std::optional<Range> find_userinfo(std::string_view text, size_t colon) noexcept {
  if (text.substr(colon, 3) != "://" || !is_alnum(char_before(text, colon))) return std::nullopt;
  const size_t begin = colon + 3;
  const size_t ceiling = std::min(text.size(), begin + kUserinfoMax);
  size_t at = begin;
  for (size_t i = begin; i < ceiling && !ends_authority(text[i]); ++i) {
    if (text[i] == '@') at = i;
  }
  if (at == begin) return std::nullopt;
  return Range{begin, at};
}

std::optional<SchemeFind> find_scheme(std::string_view text, size_t word) {
  const bool bearer = iequals(text.substr(word, 6), "bearer");
  if (!bearer && !iequals(text.substr(word, 5), "basic")) return std::nullopt;
  size_t begin = word + (bearer ? 6 : 5);
  if (char_at(text, begin) != ' ') return std::nullopt;
  while (char_at(text, begin) == ' ') ++begin;
  size_t end = begin;
  bool digit = false;
  while (end < text.size() && is_credential_char(text[end])) {
    digit = digit || is_ascii_digit(text[end]);
    ++end;
    // Dots and tildes join the parts of a token; at its end they belong to the sentence.
    const char c = char_at(text, end);
    if (bearer && (c == '.' || c == '~') && is_credential_char(char_at(text, end + 1))) {
      ++end;
    }
  }
  const std::string_view credential = text.substr(begin, end - begin);
  // Part of an address, which is found as one.
  if (char_at(text, end) == '@') return std::nullopt;
  if (bearer) {
    const bool long_enough = credential.size() >= (digit ? kBearerMixedMin : kBearerMin);
    if (!long_enough || is_jwt_surrogate(credential)) return std::nullopt;
    return SchemeFind{{begin, end}, ClassId::BearerAuth};
  }
  const auto decoded = base64_decode(credential);
  if (credential.size() < 4 || !decoded || decoded->find(':') == std::string::npos) {
    return std::nullopt;
  }
  return SchemeFind{{begin, end}, ClassId::BasicAuth};
}

std::optional<Range> find_bot_token(std::string_view text, Range digits) noexcept {
  constexpr size_t kTail = 35;
  if (digits.size() < 8 || digits.size() > 10) return std::nullopt;
  const std::string_view tail = text.substr(digits.end, kTail + 2);
  if (!tail.starts_with(":AA") || tail.size() < kTail) return std::nullopt;
  const auto* const end = std::find_if_not(tail.begin() + 1, tail.end(), is_base64url);
  const auto length = static_cast<size_t>(end - tail.begin());
  if (length < kTail || length > kTail + 1) return std::nullopt;
  return Range{digits.begin, digits.end + length};
}

std::optional<Range> find_aws_secret(std::string_view text, Range key_id) noexcept {
  const size_t floor = key_id.begin > kAwsReach ? key_id.begin - kAwsReach : 0;
  const size_t ceiling = std::min(text.size(), key_id.end + kAwsReach);
  const auto is_part = [](char c) { return is_alnum(c) || c == '+' || c == '/'; };
  for (size_t i = floor; i < ceiling;) {
    size_t end = i;
    bool digit = false;
    bool upper = false;
    bool lower = false;
    while (end < ceiling && is_part(text[end])) {
      digit = digit || is_ascii_digit(text[end]);
      upper = upper || (text[end] >= 'A' && text[end] <= 'Z');
      lower = lower || (text[end] >= 'a' && text[end] <= 'z');
      ++end;
    }
    if (end - i == kAwsSecretBytes && digit && upper && lower) return Range{i, end};
    i = end + 1;
  }
  return std::nullopt;
}

}  // namespace faultline::redaction

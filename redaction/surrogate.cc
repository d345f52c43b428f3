// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/surrogate.h"

#include "proxy/base/text.h"
#include "redaction/checks.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace faultline::redaction {
namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kTagFront = "redacted-";
constexpr char kNoToken = 'x';  // of the alphabet, so that a tag without a token is a tag
constexpr std::string_view kEmailFront = "u-";
constexpr std::string_view kEmailBack = "@redacted.invalid";
constexpr std::string_view kJwtHeader = R"({"alg":"none","typ":"JWT","fl":1})";
constexpr std::string_view kJwtSignature = "redacted";
constexpr std::string_view kUuidFront = "00000000-fa17-8";
constexpr std::string_view kDateFront = "1000-";
constexpr std::string_view kMidnight = "T00:00:00Z";
constexpr std::string_view kPhoneFront = "+999";
constexpr std::string_view kBasicBack = ":x";
// Fewer digits than this hold no token: they all become one digit.
constexpr size_t kKeyedDigitsMin = 10;
constexpr size_t kCheckDigits = 5;

bool is_token(std::string_view text) {
  return text.size() == kTokenChars && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
         });
}

bool is_hex(char c) {
  return is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

bool is_digit_separator(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/';
}

std::string only_digits(std::string_view text) {
  std::string digits(text.size(), '\0');
  const auto end = std::copy_if(text.begin(), text.end(), digits.begin(), is_ascii_digit);
  digits.resize(static_cast<size_t>(end - digits.begin()));
  return digits;
}

// Digits with single marks between them, and nothing else.
bool is_digit_text(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_ascii_digit) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_ascii_digit(c) || is_digit_separator(c); });
}

bool is_phone_text(std::string_view text) {
  return text.size() > 1 && text.front() == '+' && is_digit_text(text.substr(1));
}

std::string base64_url(std::string_view bytes) {
  std::string out = base64_encode(bytes);
  out.erase(std::min(out.find('='), out.size()));
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

std::string jwt_front() { return base64_url(kJwtHeader) + "."; }

uint64_t number_of(std::string_view mac) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8 && i < mac.size(); ++i) {
    value = (value << 8U) | static_cast<unsigned char>(mac[i]);
  }
  return value;
}

// Whether some of the digits behind the first are a card number that ends behind `from`. They are
// one to who reads them as groups.
bool holds_card(std::string_view digits, size_t from) {
  for (size_t begin = 1; begin + kCardDigitsMin <= digits.size(); ++begin) {
    for (size_t end = std::max(begin + kCardDigitsMin, from + 1); end <= digits.size(); ++end) {
      if (is_card_number(digits.substr(begin, end - begin))) return true;
    }
  }
  return false;
}

// What the token is made of: two spellings of one thing are one thing.
std::string normalised(ClassId id, std::string_view value) {
  switch (id) {
    case ClassId::Email:
      return to_lower(value);
    case ClassId::CardPan:
    case ClassId::Phone:
      return only_digits(value);
    case ClassId::Iban: {
      std::string compact;
      std::copy_if(value.begin(), value.end(), std::back_inserter(compact),
                   [](char c) { return c != ' ' && c != '-'; });
      return compact;
    }
    default:
      return std::string(value);
  }
}

bool is_date_surrogate(std::string_view text) {
  return text.starts_with(kDateFront) && starts_with_date(text) &&
         (text.size() == 10 || text.substr(10) == kMidnight);
}

bool is_address_surrogate(std::string_view text) {
  return (text.starts_with("192.0.2.") && is_ipv4(text)) ||
         (text.starts_with("2001:db8::") && looks_like_ipv6(text));
}

bool is_phone_surrogate(std::string_view text) {
  return text.starts_with(kPhoneFront) && std::all_of(text.begin() + 1, text.end(), is_ascii_digit);
}

bool is_basic_surrogate(std::string_view text) {
  const auto decoded = base64_decode(text);
  return decoded && decoded->ends_with(kBasicBack) &&
         is_tag_surrogate(std::string_view(*decoded).substr(0, decoded->size() - 2));
}

bool is_iban_surrogate(std::string_view text) {
  const std::string compact = normalised(ClassId::Iban, text);
  return compact.starts_with("XX") && iban_checksum_ok(compact);
}

}  // namespace

bool is_tag_surrogate(std::string_view text) noexcept {
  if (!text.starts_with(kTagFront) || text.size() < kTagFront.size() + kTokenChars + 2) {
    return false;
  }
  const std::string_view token = text.substr(text.size() - kTokenChars);
  const std::string_view tag =
      text.substr(kTagFront.size(), text.size() - kTagFront.size() - kTokenChars - 1);
  return text[text.size() - kTokenChars - 1] == '-' && is_token(token) &&
         std::any_of(kClasses.begin(), kClasses.end(),
                     [tag](const ClassInfo& info) { return info.tag == tag; });
}

bool is_email_surrogate(std::string_view text) noexcept {
  return text.size() == kEmailFront.size() + kTokenChars + kEmailBack.size() &&
         text.starts_with(kEmailFront) && text.ends_with(kEmailBack) &&
         is_token(text.substr(kEmailFront.size(), kTokenChars));
}

bool is_jwt_surrogate(std::string_view text) {
  const std::string front = jwt_front();
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos || text.substr(dot + 1) != kJwtSignature) return false;
  const auto claims = base64_decode(text.substr(0, dot));
  return claims && claims->size() == kTokenChars + 10 && claims->starts_with(R"({"sub":")") &&
         claims->ends_with("\"}") && is_token(std::string_view(*claims).substr(8, kTokenChars));
}

bool starts_with_date(std::string_view text) noexcept {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  for (const size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
    if (!is_ascii_digit(text[i])) return false;
  }
  if (text.size() == 10) return true;
  return (text[10] == 'T' || text[10] == ' ') && text.size() > 11 && is_ascii_digit(text[11]);
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_ipv4(std::string_view text) noexcept {
  unsigned parts = 0;
  for (size_t i = 0; i <= text.size(); ++parts) {
    const size_t end = std::min(text.find('.', i), text.size());
    const auto value = parse_u64(text.substr(i, end - i));
    if (!value || *value > 255 || end - i > 3) return false;
    i = end + 1;
  }
  return parts == 4;
}

bool looks_like_ipv6(std::string_view text) noexcept {
  return text.size() >= 3 && std::count(text.begin(), text.end(), ':') >= 2 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_hex(c) || c == ':' || c == '.'; }) &&
         (text.find("::") != std::string_view::npos ||
          std::count(text.begin(), text.end(), ':') == 7);
}

std::string Surrogates::mac(std::string_view domain, std::string_view value) const {
  std::string input;
  input.reserve(domain.size() + 1 + value.size());
  input.append(domain).append(1, '\0').append(value);
  return mac_->of(input);
}

std::string Surrogates::token(std::string_view domain, std::string_view value) const {
  const std::string bytes = mac(domain, value);
  // The first 65 bits, five to a character.
  std::string out(kTokenChars, '\0');
  for (size_t i = 0; i < kTokenChars; ++i) {
    const size_t bit = i * 5;
    const auto high = static_cast<unsigned char>(bytes[bit / 8]);
    const auto low = static_cast<unsigned char>(bytes[bit / 8 + 1]);
    out[i] = kBase32[(high * 256U + low) >> (11 - bit % 8) & 31U];
  }
  return out;
}

std::string Surrogates::tag(ClassId id, std::string_view value) const {
  const ClassInfo& info = class_info(id);
  std::string out(kTagFront);
  out += info.tag;
  out += '-';
  out += token(info.domain, normalised(id, value));
  return out;
}

std::string Surrogates::plain_tag(ClassId id) {
  std::string out(kTagFront);
  out += class_info(id).tag;
  out += '-';
  return out.append(kTokenChars, kNoToken);
}

uint64_t Surrogates::number(std::string_view domain, std::string_view value) const {
  return number_of(mac(domain, value));
}

// Appends the digits that mark the text as ours. They are keyed, so that no real number passes for
// one but by chance (1 in 10^7 of ten digits), and never make a valid card number: not of all
// digits, and not of groups of them behind the first.
std::string Surrogates::close_digits(const std::string& front) const {
  uint64_t check = number_of(mac("digits-check", front)) % 100000;
  for (;;) {
    std::string digits = front + std::to_string(100000 + check).substr(1);
    if (!luhn_ok(digits) && !holds_card(digits, front.size())) return digits;
    check = (check + 1) % 100000;
  }
}

std::string Surrogates::digits_like(std::string_view text, char lead, char filler) const {
  const std::string digits = only_digits(text);
  std::string replacement(digits.size(), filler);
  if (digits.size() >= kKeyedDigitsMin) {
    const std::string bytes = mac(class_info(ClassId::CardPan).domain, digits);
    std::string front(2, lead);
    for (size_t i = 0; front.size() + kCheckDigits < digits.size(); ++i) {
      front += static_cast<char>('0' + static_cast<unsigned char>(bytes[i % bytes.size()]) % 10);
    }
    replacement = close_digits(front);
  }
  std::string out(text);
  size_t next = 0;
  for (char& c : out) {
    if (is_ascii_digit(c)) c = replacement[next++];
  }
  return out;
}

bool Surrogates::is_closed_digits(std::string_view text, char lead, char filler) const {
  const std::string digits = only_digits(text);
  if (digits.size() < kKeyedDigitsMin) {
    return std::all_of(digits.begin(), digits.end(), [filler](char c) { return c == filler; });
  }
  return digits[0] == lead && digits[1] == lead &&
         digits == close_digits(digits.substr(0, digits.size() - kCheckDigits));
}

std::string Surrogates::for_value(ClassId id, std::string_view value) const {
  const std::string_view domain = class_info(id).domain;
  switch (id) {
    case ClassId::Email:
      return std::string(kEmailFront) + token(domain, normalised(id, value)) +
             std::string(kEmailBack);
    case ClassId::CardPan:
      return digits_like(value, '0', '0');
    case ClassId::Phone: {
      const std::string digits = normalised(id, value);
      const std::string bytes = mac(domain, digits);
      std::string out(kPhoneFront);
      for (size_t i = 3; i < std::max<size_t>(digits.size(), 8); ++i) {
        out += static_cast<char>('0' + static_cast<unsigned char>(bytes[i % bytes.size()]) % 10);
      }
      return out;
    }
    case ClassId::Iban: {
      const std::string compact = normalised(id, value);
      std::string body = token(domain, compact) + token("iban-more", compact);
      body.resize(compact.size() - 4, 'a');
      std::transform(body.begin(), body.end(), body.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      for (unsigned check = 2; check <= 98; ++check) {
        std::string out = "XX" + std::to_string(100 + check).substr(1) + body;
        if (iban_checksum_ok(out)) return out;
      }
      return tag(id, value);
    }
    case ClassId::Jwt:
      return jwt_front() + base64_url(R"({"sub":")" + token(domain, value) + "\"}") + "." +
             std::string(kJwtSignature);
    case ClassId::BasicAuth:
      return base64_encode(tag(id, value) + std::string(kBasicBack));
    default:
      return class_info(id).op == DefaultOperator::Shape ? for_named(id, value) : tag(id, value);
  }
}

std::string Surrogates::shaped(std::string_view value, ClassId id) const {
  const std::string bytes = mac(class_info(id).domain, value);
  if (is_uuid(value)) {
    std::string out(kUuidFront);
    const std::string hex = hex_encode(bytes);
    return out + hex.substr(0, 3) + "-8" + hex.substr(3, 3) + "-" + hex.substr(6, 12);
  }
  const uint64_t number = number_of(bytes);
  std::string out(kDateFront);
  out += std::to_string(101 + number % 12).substr(1) + "-";
  out += std::to_string(101 + (number >> 8U) % 28).substr(1);
  if (value.size() > 10) out += kMidnight;
  return out;
}

std::string Surrogates::for_named(ClassId id, std::string_view value) const {
  if (is_uuid(value) || starts_with_date(value)) return shaped(value, id);
  if (is_ipv4(value) || looks_like_ipv6(value)) return for_address(value);
  if (is_phone_text(value) && only_digits(value).size() >= 8) {
    return for_value(ClassId::Phone, value);
  }
  if (is_digit_text(value)) return digits_like(value, '0', '0');
  return tag(id, value);
}

std::string Surrogates::for_number(std::string_view number) const {
  const bool plain =
      std::all_of(number.begin(), number.end(), [](char c) { return is_ascii_digit(c); }) ||
      (number.front() == '-' && std::all_of(number.begin() + 1, number.end(), is_ascii_digit));
  if (plain) return digits_like(number, '9', '1');
  std::string out(number);
  std::replace_if(out.begin(), out.end(), is_ascii_digit, '1');
  return out;
}

std::string Surrogates::for_address(std::string_view value) const {
  const std::string bytes = mac(class_info(ClassId::ClientIpHeader).domain, value);
  const uint64_t number = number_of(bytes);
  if (looks_like_ipv6(value)) {
    const std::string hex = hex_encode(bytes.substr(0, 4));
    return "2001:db8::" + hex.substr(0, 4) + ":" + hex.substr(4);
  }
  return "192.0.2." + std::to_string(number % 256);
}

bool Surrogates::is_number_surrogate(std::string_view number) const {
  if (std::all_of(number.begin(), number.end(),
                  [](char c) { return !is_ascii_digit(c) || c == '1'; })) {
    return true;
  }
  const std::string digits = only_digits(number);
  return digits.size() >= kKeyedDigitsMin &&
         digits.size() + (number.front() == '-' ? 1 : 0) == number.size() &&
         is_closed_digits(digits, '9', '1');
}

bool Surrogates::looks_closed(std::string_view value) {
  if (is_tag_surrogate(value) || is_email_surrogate(value) || is_date_surrogate(value) ||
      is_address_surrogate(value) || is_phone_surrogate(value) || value.starts_with(kUuidFront)) {
    return true;
  }
  const std::string digits = only_digits(value);
  if (digits.empty() || !is_digit_text(value.substr(value.starts_with('-') ? 1 : 0))) return false;
  const bool one_digit = digits.find_first_not_of(digits.front()) == std::string::npos;
  return one_digit || digits.starts_with("00") || digits.starts_with("99");
}

bool Surrogates::is_fixed(std::string_view value) noexcept {
  if (is_email_surrogate(value) || is_phone_surrogate(value)) return true;
  // No issuer has such a number, and without a word in front digits are nothing else.
  if (value.starts_with("00") && is_digit_text(value)) return !holds_card(only_digits(value), 0);
  // One token in 10^9 has digits alone, which are a number to who looks behind the word in front.
  return is_tag_surrogate(value) && std::any_of(value.end() - kTokenChars, value.end(),
                                                [](char c) { return !is_ascii_digit(c); });
}

bool Surrogates::is_surrogate(std::string_view value) const {
  if (value.empty()) return true;
  if (is_tag_surrogate(value) || is_email_surrogate(value) || is_date_surrogate(value) ||
      is_address_surrogate(value) || is_phone_surrogate(value)) {
    return true;
  }
  if (is_uuid(value)) return value.starts_with(kUuidFront);
  if (is_digit_text(value)) return is_closed_digits(value, '0', '0');
  if (value.size() == 40 && is_basic_surrogate(value)) return true;
  return value.starts_with("XX") ? is_iban_surrogate(value)
                                 : value.starts_with("eyJ") && is_jwt_surrogate(value);
}

}  // namespace faultline::redaction

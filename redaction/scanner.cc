// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/scanner.h"

#include "proxy/base/text.h"
#include "redaction/decode.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace faultline::redaction {
namespace {

enum : uint8_t {
  kAlnum = 1,
  kJoiner = 2,  // + / - _ : base64 holds them, words end at them
  kRun = kAlnum | kJoiner,
  kMark = 4,
};

constexpr std::array<uint8_t, 256> make_flags() {
  std::array<uint8_t, 256> flags{};
  for (unsigned c = 0; c < 128; ++c) {
    if (is_alnum(static_cast<char>(c))) flags[c] = kAlnum;
  }
  for (const char c : {'+', '/', '-', '_'}) flags[static_cast<unsigned char>(c)] = kJoiner;
  for (const char c : {'@', ':', '=', '>', '%', '\\'}) flags[static_cast<unsigned char>(c)] = kMark;
  return flags;
}
constexpr auto kFlags = make_flags();

uint8_t flags_of(char c) { return kFlags[static_cast<unsigned char>(c)]; }

// The two letters a word must begin with to be worth a closer look.
class PairSet {
 public:
  constexpr PairSet() {
    for (const auto& shape : kTokenShapes) add(shape.anchor[0], shape.anchor[1]);
    add('e', 'y');
    add('e', 'w');
    for (const char second : {'e', 'E', 'a', 'A'}) {
      add('b', second);
      add('B', second);
    }
  }
  [[nodiscard]] constexpr bool holds(char a, char b) const noexcept {
    return (bits_[index(a, b) / 64] >> (index(a, b) % 64) & 1U) != 0;
  }

 private:
  static constexpr size_t index(char a, char b) noexcept {
    return static_cast<size_t>(static_cast<unsigned char>(a)) * 256 + static_cast<unsigned char>(b);
  }
  constexpr void add(char a, char b) noexcept {
    bits_[index(a, b) / 64] |= uint64_t{1} << (index(a, b) % 64);
  }
  std::array<uint64_t, 1024> bits_{};
};
constexpr PairSet kPairs;

class Pass {
 public:
  Pass(std::string_view text, NameCache& names, Scan& out)
      : text_(text), names_(names), out_(out) {}

  void run() {
    size_t i = 0;
    while (i < text_.size()) {
      const uint8_t flags = flags_of(text_[i]);
      if ((flags & kRun) != 0) {
        i = scan_run(i);
      } else if ((flags & kMark) != 0) {
        i = scan_mark(i);
      } else {
        ++i;
      }
    }
  }

 private:
  // Adds the find and says where to go on.
  size_t add(Range range, ClassId class_id) {
    out_.finds.push_back({.range = range, .class_id = class_id});
    return range.end;
  }

  size_t scan_run(size_t begin) {
    size_t end = begin;
    uint8_t seen = 0;
    while (end < text_.size() && (flags_of(text_[end]) & kRun) != 0) seen |= flags_of(text_[end++]);
    if (end - begin >= kEncodedRunMin) out_.runs.push_back({begin, end});
    if ((seen & kJoiner) == 0) return std::max(end, scan_word(begin, end));
    size_t i = begin;
    while (i < end) {
      if (flags_of(text_[i]) == kJoiner) {
        i = scan_joiner(i);
        continue;
      }
      size_t word_end = i;
      while (word_end < end && flags_of(text_[word_end]) == kAlnum) ++word_end;
      i = std::max(word_end, scan_word(i, word_end));
    }
    return std::max(i, scan_armour(begin, end));
  }

  size_t scan_joiner(size_t i) {
    if (text_[i] == '+') {
      if (const auto range = find_phone(text_, i)) return add(*range, ClassId::Phone);
    }
    return i + 1;
  }

  size_t scan_armour(size_t begin, size_t end) {
    constexpr std::string_view kBegin = "-----BEGIN";
    if (end - begin < kBegin.size() || !text_.substr(begin, end - begin).ends_with(kBegin)) {
      return end;
    }
    const auto range = find_private_key(text_, end - kBegin.size());
    return range ? add(*range, ClassId::PrivateKey) : end;
  }

  // The word [begin, end) and what may start with it. The answer is 0 when nothing does.
  size_t scan_word(size_t begin, size_t end) {
    const size_t length = end - begin;
    if (length < 2) return 0;
    const char first = text_[begin];
    const char second = text_[begin + 1];
    if (is_ascii_digit(first)) return scan_digits(begin, end);
    if (kPairs.holds(first, second)) {
      if (const size_t next = scan_anchor(begin)) return next;
    }
    const bool iban = first <= 'Z' && second >= 'A' && second <= 'Z' && length >= 4 &&
                      is_ascii_digit(text_[begin + 2]) && is_ascii_digit(text_[begin + 3]);
    if (iban) {
      if (const auto range = find_iban(text_, begin)) return add(*range, ClassId::Iban);
    }
    return 0;
  }

  size_t scan_digits(size_t begin, size_t end) {
    const size_t length = end - begin;
    if (length == 4 || length >= 12) {
      if (const auto range = find_card(text_, begin)) return add(*range, ClassId::CardPan);
    } else if (length >= 8 && length <= 10 && end < text_.size() && text_[end] == ':') {
      if (const auto range = find_bot_token(text_, {begin, end})) {
        return add(*range, ClassId::VendorToken);
      }
    }
    return 0;
  }

  size_t scan_anchor(size_t begin) {
    const char first = text_[begin];
    if (first == 'e' && begin >= jwt_retry_) {
      const std::string_view front = text_.substr(begin, 3);
      if (front == "eyJ" || front == "ewo") {
        if (const auto range = find_jwt(text_, begin, jwt_retry_)) return add(*range, ClassId::Jwt);
      }
    }
    if (first == 'b' || first == 'B') {
      const auto find = find_scheme(text_, begin);
      return find ? add(find->range, find->class_id) : 0;
    }
    const auto token = find_token(text_, begin);
    if (!token) return 0;
    add_neighbour(*token);
    return add(token->range, token->class_id);
  }

  // A key id gives its secret away: alone that is 40 characters like any others.
  void add_neighbour(const TokenFind& token) {
    if (token.class_id != ClassId::AwsKey) return;
    if (const auto secret = find_aws_secret(text_, token.range)) add(*secret, ClassId::AwsKey);
  }

  size_t scan_mark(size_t i) {
    switch (text_[i]) {
      case '@':
        return scan_at(i);
      case '%':
        out_.has_percent = out_.has_percent || has_percent_escape(text_.substr(i, 3));
        return i + 1;
      case '\\':
        out_.has_backslash = true;
        return i + 1;
      case ':':
        if (const auto range = find_userinfo(text_, i)) {
          userinfo_at_ = range->end;
          add(*range, ClassId::UrlUserinfo);
          return i + 1;
        }
        [[fallthrough]];
      default:
        if (const auto named = find_named(text_, i, names_)) {
          out_.finds.push_back(*named);
          const auto token = find_token(text_, named->range.begin);
          if (token) add_neighbour(*token);
          return std::max(i + 1, named->range.end);
        }
        return i + 1;
    }
  }

  size_t scan_at(size_t i) {
    if (i == userinfo_at_) return i + 1;
    const auto range = find_email(text_, i);
    return range ? add(*range, ClassId::Email) : i + 1;
  }

  std::string_view text_;
  NameCache& names_;
  Scan& out_;
  size_t jwt_retry_ = 0;
  size_t userinfo_at_ = std::string_view::npos;
};

}  // namespace

void scan_text(std::string_view text, NameCache& names, Scan& out) {
  out.clear();
  Pass(text, names, out).run();
}

}  // namespace faultline::redaction

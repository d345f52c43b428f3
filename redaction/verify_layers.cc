// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_layers.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <optional>

namespace faultline::redaction::verify {
namespace {

constexpr size_t kRunMin = 16;

using Digits = std::array<int8_t, 256>;

constexpr Digits make_hex_digits() {
  Digits digits{};
  digits.fill(-1);
  for (int i = 0; i < 10; ++i) digits[static_cast<size_t>('0' + i)] = static_cast<int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    digits[static_cast<size_t>('a' + i)] = static_cast<int8_t>(i + 10);
    digits[static_cast<size_t>('A' + i)] = static_cast<int8_t>(i + 10);
  }
  return digits;
}

constexpr Digits make_base64_digits() {
  Digits digits{};
  digits.fill(-1);
  for (int i = 0; i < 26; ++i) {
    digits[static_cast<size_t>('A' + i)] = static_cast<int8_t>(i);
    digits[static_cast<size_t>('a' + i)] = static_cast<int8_t>(i + 26);
  }
  for (int i = 0; i < 10; ++i) digits[static_cast<size_t>('0' + i)] = static_cast<int8_t>(i + 52);
  digits['+'] = digits['-'] = 62;
  digits['/'] = digits['_'] = 63;
  return digits;
}

constexpr Digits kHexDigits = make_hex_digits();
constexpr Digits kBase64Digits = make_base64_digits();

int hex_digit(char c) { return kHexDigits[static_cast<unsigned char>(c)]; }
int base64_digit(char c) { return kBase64Digits[static_cast<unsigned char>(c)]; }

// Bytes that can be part of text. Sequences of UTF-8 are not checked: more is scanned, not less.
bool is_text_byte(int byte) { return byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r'; }

bool ends_word(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>';
}

int percent_byte(std::string_view text, size_t i) {
  if (text[i] != '%' || i + 2 >= text.size()) return -1;
  const int high = hex_digit(text[i + 1]);
  const int low = hex_digit(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

long code_point(std::string_view text, size_t i) {
  if (i + 6 > text.size() || text[i] != '\\' || text[i + 1] != 'u') return -1;
  long value = 0;
  for (size_t k = i + 2; k < i + 6; ++k) {
    const int digit = hex_digit(text[k]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

char plain_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '"':
    case '\\':
    case '/':
    case '\'':
      return c;
    default:
      return '\0';
  }
}

struct Run {
  size_t begin;
  size_t end;
};

// The next run of kRunMin digits or more that begins at or behind `from`, where one may begin.
// Looks at every kRunMin-th byte and back from there, so of most text only a few bytes are looked
// at.
std::optional<Run> next_run(std::string_view text, size_t from, const Digits& digits) {
  const auto is_digit = [&](size_t i) { return digits[static_cast<unsigned char>(text[i])] >= 0; };
  while (from + kRunMin <= text.size()) {
    size_t at = from + kRunMin;
    while (at > from && is_digit(at - 1)) --at;
    if (at == from) {
      size_t end = from + kRunMin;
      while (end < text.size() && is_digit(end)) ++end;
      return Run{from, end};
    }
    from = at;
  }
  return std::nullopt;
}

// UTF-8 but for what a cut may have left of a character at either end. Latin-1 would make a text of
// one hash in twelve, and an address of some of those.
bool is_utf8_part(std::string_view text) {
  const auto continues = [&](size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80;
  };
  size_t i = 0;
  while (i < text.size() && i < 3 && continues(i)) ++i;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 0 || lead > 0xF4) return false;
    const size_t end = std::min(i + length, text.size());
    for (++i; i < end; ++i) {
      if (!continues(i)) return false;
    }
  }
  return true;
}

// Decodes [begin, end) as text into `out`; false, with `out` as it was, when it is none.
template <typename Decode>
bool add_decoded(Layer& out, size_t begin, size_t end, Decode decode) {
  const size_t before = out.text.size();
  const bool is_text =
      decode(begin, end) && is_utf8_part(std::string_view(out.text).substr(before));
  if (!is_text) {
    out.cut(before);
    return false;
  }
  out.add('\n', begin);
  return true;
}

// True when the first characters decode to text: nearly every run that is none ends here.
bool is_text_front(std::string_view text, size_t begin, size_t end) {
  unsigned bits = 0;
  end = std::min(end, begin + kRunMin);
  for (size_t i = begin; i < end; ++i) {
    bits = (bits << 6U) | static_cast<unsigned>(base64_digit(text[i]));
    // Characters 2, 3 and 4 of a group complete a byte each.
    const size_t place = (i - begin) % 4;
    if (place == 0) continue;
    if (!is_text_byte(static_cast<int>((bits >> (6 - 2 * place)) & 0xFFU))) return false;
  }
  return true;
}

bool decode_base64_run(std::string_view text, size_t begin, size_t end, Layer& out) {
  if (!is_text_front(text, begin, end)) return false;
  unsigned bits = 0;
  unsigned have = 0;
  for (size_t i = begin; i < end; ++i) {
    bits = (bits << 6U) | static_cast<unsigned>(base64_digit(text[i]));
    have += 6;
    if (have < 8) continue;
    have -= 8;
    const unsigned byte = (bits >> have) & 0xFFU;
    if (!is_text_byte(static_cast<int>(byte))) return false;
    out.add(static_cast<char>(byte), i);
  }
  return true;
}

// Tries the run from its start, then from behind each character that may join it to a word.
void add_base64_run(std::string_view text, size_t begin, size_t end, bool cut, Layer& out) {
  const auto decode = [&](size_t from, size_t to) {
    return decode_base64_run(text, from, to, out);
  };
  if (cut) {
    for (size_t skip = 0; skip < 4; ++skip) add_decoded(out, begin + skip, end, decode);
    return;
  }
  unsigned tries = 0;
  for (size_t i = begin; i + kRunMin <= end && tries < 64; ++tries) {
    if (add_decoded(out, i, end, decode)) return;
    while (i < end && (is_ascii_alpha(text[i]) || is_ascii_digit(text[i]))) ++i;
    while (i < end && !is_ascii_alpha(text[i]) && !is_ascii_digit(text[i])) ++i;
  }
}

}  // namespace

size_t Layer::source_of(size_t at) const {
  const auto behind =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](size_t place, const Piece& piece) { return place < piece.at; });
  if (behind == pieces_.begin()) return at;
  const Piece& piece = *(behind - 1);
  return piece.source + (at - piece.at);
}

Layer percent_layer(std::string_view text) {
  Layer out;
  size_t done = 0;
  for (size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at)) {
    if (percent_byte(text, at) < 0) {
      ++at;
      continue;
    }
    size_t begin = at;
    while (begin > done && !ends_word(text[begin - 1])) --begin;
    size_t i = begin;
    while (i < text.size() && !ends_word(text[i])) {
      const int byte = percent_byte(text, i);
      out.add(byte < 0 ? text[i] : static_cast<char>(byte), i);
      i += byte < 0 ? 1 : 3;
    }
    out.add('\n', i);
    done = at = i;
  }
  return out;
}

Layer escape_layer(std::string_view text) {
  Layer out;
  if (text.find('\\') == std::string_view::npos) return out;
  out.text.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t escape = std::min(text.find('\\', i), text.size());
    out.add(text.substr(i, escape - i), i);
    if (escape == text.size()) break;
    i = escape;
    const char plain = i + 1 < text.size() ? plain_escape(text[i + 1]) : '\0';
    const long code = code_point(text, i);
    if (plain != '\0') {
      out.add(plain, i);
      i += 2;
    } else if (code >= 0) {
      // Everything that is looked for is ASCII; other characters only keep it apart.
      out.add(code < 0x80 ? static_cast<char>(code) : '\x80', i);
      i += 6;
    } else {
      out.add(text[i], i);
      ++i;
    }
  }
  return out;
}

Layer base64_layer(std::string_view text, bool cut_front) {
  Layer out;
  for (auto run = next_run(text, 0, kBase64Digits); run;
       run = next_run(text, run->end, kBase64Digits)) {
    add_base64_run(text, run->begin, run->end, cut_front && run->begin == 0, out);
  }
  return out;
}

Layer hex_layer(std::string_view text) {
  Layer out;
  for (auto run = next_run(text, 0, kHexDigits); run; run = next_run(text, run->end, kHexDigits)) {
    add_decoded(out, run->begin, run->end, [&](size_t from, size_t to) {
      for (; from + 1 < to; from += 2) {
        const int byte = hex_digit(text[from]) * 16 + hex_digit(text[from + 1]);
        if (!is_text_byte(byte)) return false;
        out.add(static_cast<char>(byte), from);
      }
      return true;
    });
  }
  return out;
}

}  // namespace faultline::redaction::verify

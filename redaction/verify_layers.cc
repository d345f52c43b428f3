// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_layers.h"

#include "proxy/base/text.h"

#include <array>

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

// Decodes [begin, end) as text into `out`; false, with `out` as it was, when it is none.
template <typename Decode>
bool add_decoded(Layer& out, size_t begin, size_t end, Decode decode) {
  const size_t before = out.text.size();
  const bool is_text = decode(begin, end);
  if (!is_text) {
    out.text.resize(before);
    out.from.resize(before);
    return false;
  }
  out.add('\n', begin);
  return true;
}

bool decode_base64_run(std::string_view text, size_t begin, size_t end, Layer& out) {
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
  out.from.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const char plain = text[i] == '\\' && i + 1 < text.size() ? plain_escape(text[i + 1]) : '\0';
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
  for (size_t i = 0; i < text.size();) {
    if (base64_digit(text[i]) < 0) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && base64_digit(text[end]) >= 0) ++end;
    if (end - i >= kRunMin) add_base64_run(text, i, end, cut_front && i == 0, out);
    i = end;
  }
  return out;
}

Layer hex_layer(std::string_view text) {
  Layer out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && hex_digit(text[end]) >= 0) ++end;
    if (end - i >= kRunMin) {
      add_decoded(out, i, end, [&](size_t from, size_t to) {
        for (; from + 1 < to; from += 2) {
          const int byte = hex_digit(text[from]) * 16 + hex_digit(text[from + 1]);
          if (!is_text_byte(byte)) return false;
          out.add(static_cast<char>(byte), from);
        }
        return true;
      });
    }
    i = end + 1;
  }
  return out;
}

}  // namespace faultline::redaction::verify

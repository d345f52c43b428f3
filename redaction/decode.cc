// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/decode.h"

#include "proxy/base/text.h"
#include "redaction/utf8.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr uint8_t kNoDigit = 0xFF;
constexpr size_t kProbeChars = 16;
// Starts inside one run that are decoded to the end.
constexpr unsigned kRunTries = 4;

constexpr std::array<uint8_t, 256> make_base64_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (unsigned i = 0; i < 26; ++i) {
    values['A' + i] = static_cast<uint8_t>(i);
    values['a' + i] = static_cast<uint8_t>(i + 26);
  }
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<uint8_t>(i + 52);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}

constexpr std::array<uint8_t, 256> make_hex_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) {
    values['a' + i] = values['A' + i] = static_cast<uint8_t>(i + 10);
  }
  return values;
}

constexpr auto kBase64Values = make_base64_values();
constexpr auto kHexValues = make_hex_values();

uint8_t base64_value(char c) { return kBase64Values[static_cast<unsigned char>(c)]; }
uint8_t hex_value(char c) { return kHexValues[static_cast<unsigned char>(c)]; }

char hex_pair(char high, char low) {
  return static_cast<char>(hex_value(high) * 16U + hex_value(low));
}

// What `%XX` at `at` stands for, or -1.
int percent_byte(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || text[at] != '%') return -1;
  const uint8_t high = hex_value(text[at + 1]);
  const uint8_t low = hex_value(text[at + 2]);
  return high == kNoDigit || low == kNoDigit ? -1 : high * 16 + low;
}

// Whole groups, then the two or three characters left over. Writes digits.size() * 3 / 4 bytes.
void decode_base64(std::string_view digits, char* out) {
  uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : digits) {
    bits = (bits << 6U) | base64_value(c);
    have += 6;
    if (have >= 8) {
      have -= 8;
      *out++ = static_cast<char>((bits >> have) & 0xFFU);
    }
  }
}

// Writes digits.size() / 2 bytes.
void decode_hex(std::string_view digits, char* out) {
  for (size_t i = 0; i + 1 < digits.size(); i += 2) *out++ = hex_pair(digits[i], digits[i + 1]);
}

constexpr bool is_text_byte(unsigned char c) {
  return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r';
}

// The bytes of a text in UTF-8 one behind the other (RFC 3629 section 4), without controls but tab
// and line ends.
class TextBytes {
 public:
  // False when no text goes on with the byte.
  bool take(unsigned char c) {
    if (left_ > 0) return continues(c);
    return c < 0x80 ? is_text_byte(c) : leads(c);
  }

 private:
  bool continues(unsigned char c) {
    if (c < low_ || c > high_) return false;
    --left_;
    low_ = 0x80;
    high_ = 0xBF;
    return true;
  }
  bool leads(unsigned char c) {
    if (c < 0xC2 || c > 0xF4) return false;
    left_ = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    // Neither overlong nor a surrogate nor beyond U+10FFFF.
    low_ = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    high_ = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    return true;
  }

  unsigned left_ = 0;  // bytes of the sequence at hand
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xBF;
};

// Characters from the front that have a value in the table.
size_t digits_ahead(std::string_view text, const std::array<uint8_t, 256>& values) {
  const auto* const end = std::find_if(text.begin(), text.end(), [&](char c) {
    return values[static_cast<unsigned char>(c)] == kNoDigit;
  });
  return static_cast<size_t>(end - text.begin());
}

// Whether the first kProbeChars characters decode to the front of a text. Random ones never do, and
// most of them show it in their first few.
bool probes_as_hex(std::string_view source) {
  TextBytes bytes;
  for (size_t i = 0; i < kProbeChars; i += 2) {
    const uint8_t high = hex_value(source[i]);
    const uint8_t low = hex_value(source[i + 1]);
    if (high == kNoDigit || low == kNoDigit) return false;
    if (!bytes.take(static_cast<unsigned char>(high << 4U | low))) return false;
  }
  return true;
}

bool probes_as_base64(std::string_view source) {
  TextBytes bytes;
  uint32_t bits = 0;
  unsigned have = 0;
  for (const char c : source.substr(0, kProbeChars)) {
    const uint8_t value = base64_value(c);
    if (value == kNoDigit) return false;
    bits = bits << 6U | value;
    have += 6;
    if (have < 8) continue;
    have -= 8;
    if (!bytes.take(static_cast<unsigned char>(bits >> have))) return false;
  }
  return true;
}

std::optional<EncodedRun> decode_hex_run(std::string_view source, bool& tried_whole) {
  if (!probes_as_hex(source)) return std::nullopt;
  tried_whole = true;
  size_t length = digits_ahead(source, kHexValues);
  if (length < source.size() && base64_value(source[length]) != kNoDigit) return std::nullopt;
  length -= length % 2;
  EncodedRun run;
  run.decoded.resize(length / 2);
  decode_hex(source.substr(0, length), run.decoded.data());
  if (!is_printable(run.decoded)) return std::nullopt;
  run.length = length;
  const bool upper = std::any_of(source.begin(), source.begin() + static_cast<ptrdiff_t>(length),
                                 [](char c) { return c >= 'A' && c <= 'F'; });
  run.coding = upper ? EncodedRun::Coding::UpperHex : EncodedRun::Coding::Hex;
  return run;
}

// U+0000 to U+FFFF at `\uXXXX`, or -1.
int32_t code_unit(std::string_view text, size_t i) {
  if (i + 6 > text.size() || text[i] != '\\' || text[i + 1] != 'u') return -1;
  uint32_t value = 0;
  for (size_t k = i + 2; k < i + 6; ++k) {
    if (hex_value(text[k]) == kNoDigit) return -1;
    value = value * 16 + hex_value(text[k]);
  }
  return static_cast<int32_t>(value);
}

char simple_escape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      return '\0';
  }
}

// Decodes the escape at `i`, appends it, and returns its length in the source; 0 if it is none.
size_t append_escape(std::string_view source, size_t i, std::string& out) {
  if (i + 1 >= source.size()) return 0;
  if (const char c = simple_escape(source[i + 1]); c != '\0') {
    out += c;
    return 2;
  }
  const int32_t unit = code_unit(source, i);
  if (unit < 0) return 0;
  const auto code = static_cast<uint32_t>(unit);
  if (code >= 0xD800 && code <= 0xDBFF) {
    const int32_t low = code_unit(source, i + 6);
    if (low >= 0xDC00 && low <= 0xDFFF) {
      append_utf8(out, 0x10000 + ((code - 0xD800) << 10U) + (static_cast<uint32_t>(low) - 0xDC00));
      return 12;
    }
  }
  append_utf8(out, code >= 0xD800 && code <= 0xDFFF ? 0xFFFD : code);
  return 6;
}

void reserve(MappedText& out, std::string_view source) {
  out.text.reserve(source.size());
  out.at.reserve(source.size() + 1);
}

// Takes over what is no escape, up to one of the marks or the end, and returns the place behind it.
size_t append_until(std::string_view source, size_t from, std::string_view marks, MappedText& out) {
  const size_t found =
      marks.size() == 1 ? source.find(marks.front(), from) : source.find_first_of(marks, from);
  const size_t end = std::min(found, source.size());
  out.text.append(source, from, end - from);
  const size_t have = out.at.size();
  out.at.resize(have + end - from);
  std::iota(out.at.begin() + static_cast<ptrdiff_t>(have), out.at.end(),
            static_cast<uint32_t>(from));
  return end;
}

}  // namespace

MappedText unpercent(std::string_view source, bool plus_as_space) {
  MappedText out;
  reserve(out, source);
  const std::string_view marks = plus_as_space ? "%+" : "%";
  for (size_t i = 0; i < source.size();) {
    i = append_until(source, i, marks, out);
    if (i == source.size()) break;
    out.at.push_back(static_cast<uint32_t>(i));
    if (is_percent_escape(source, i)) {
      out.text += hex_pair(source[i + 1], source[i + 2]);
      i += 3;
    } else {
      out.text += source[i] == '+' ? ' ' : source[i];
      ++i;
    }
  }
  out.at.push_back(static_cast<uint32_t>(source.size()));
  return out;
}

MappedText unescape_json(std::string_view source) {
  MappedText out;
  reserve(out, source);
  for (size_t i = 0; i < source.size();) {
    i = append_until(source, i, "\\", out);
    if (i == source.size()) break;
    const size_t before = out.text.size();
    size_t length = append_escape(source, i, out.text);
    if (length == 0) {
      out.text += source[i];
      length = 1;
    }
    out.at.insert(out.at.end(), out.text.size() - before, static_cast<uint32_t>(i));
    i += length;
  }
  out.at.push_back(static_cast<uint32_t>(source.size()));
  return out;
}

bool is_percent_escape(std::string_view text, size_t at) noexcept {
  const int byte = percent_byte(text, at);
  // What goes on in a sequence of UTF-8 without its beginning is none: `%B4111...` is a card's
  // track.
  const bool goes_on = byte >= 0x80 && byte < 0xC0;
  return byte >= 0 && (!goes_on || (at >= 3 && percent_byte(text, at - 3) >= 0x80));
}

bool has_percent_escape(std::string_view text) noexcept {
  for (size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (is_percent_escape(text, i)) return true;
  }
  return false;
}

bool is_json_escape(std::string_view text, size_t at) noexcept {
  if (at + 1 >= text.size()) return false;
  return simple_escape(text[at + 1]) != '\0' || code_unit(text, at) >= 0;
}

bool has_json_escape(std::string_view text) noexcept {
  for (size_t i = text.find('\\'); i != std::string_view::npos; i = text.find('\\', i + 1)) {
    if (is_json_escape(text, i)) return true;
  }
  return false;
}

bool is_inside_json_escape(std::string_view text, size_t at) noexcept {
  // The longest is `\uXXXX`.
  for (size_t begin = at > 5 ? at - 5 : 0; begin < at; ++begin) {
    if (text[begin] != '\\') continue;
    size_t first = begin;
    while (first > 0 && text[first - 1] == '\\') --first;
    // Every second backslash is what the one in front of it stands for.
    if ((begin - first) % 2 != 0) continue;
    const size_t size = code_unit(text, begin) >= 0 ? 6 : 2;
    if (begin + size > at && is_json_escape(text, begin)) return true;
  }
  return false;
}

bool is_printable(std::string_view bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](char c) { return is_text_byte(static_cast<unsigned char>(c)); }) &&
         is_utf8(bytes);
}

std::optional<EncodedRun> decode_run(std::string_view source, bool& tried_whole) {
  tried_whole = false;
  if (source.size() < kEncodedRunMin) return std::nullopt;
  if (auto run = decode_hex_run(source, tried_whole)) return run;
  if (!probes_as_base64(source)) return std::nullopt;
  tried_whole = true;
  const size_t length = digits_ahead(source, kBase64Values);
  EncodedRun run;
  // One character alone encodes nothing: it belongs to what follows.
  run.length = length % 4 == 1 ? length - 1 : length;
  run.decoded.resize(run.length * 3 / 4);
  decode_base64(source.substr(0, run.length), run.decoded.data());
  if (!is_printable(run.decoded)) return std::nullopt;
  const bool url = source.substr(0, length).find_first_of("-_") != std::string_view::npos;
  run.coding = url ? EncodedRun::Coding::Base64Url : EncodedRun::Coding::Base64;
  while (length % 4 > 1 && run.length % 4 != 0 && run.length < source.size() &&
         source[run.length] == '=') {
    ++run.length;
    run.padded = true;
  }
  return run;
}

std::optional<EncodedPart> find_encoded(std::string_view text, Range range) {
  unsigned tries = 0;
  for (size_t i = range.begin; i + kEncodedRunMin <= range.end && tries < kRunTries;) {
    bool tried_whole = false;
    if (auto run = decode_run(text.substr(i), tried_whole)) return EncodedPart{i, std::move(*run)};
    tries += tried_whole ? 1 : 0;
    while (i < range.end && is_alnum(text[i])) ++i;
    while (i < range.end && !is_alnum(text[i])) ++i;
  }
  return std::nullopt;
}

std::string encode_run(const EncodedRun& run, std::string_view text) {
  if (run.coding == EncodedRun::Coding::Hex) return hex_encode(text);
  if (run.coding == EncodedRun::Coding::UpperHex) {
    std::string hex = hex_encode(text);
    std::transform(hex.begin(), hex.end(), hex.begin(),
                   [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
    return hex;
  }
  std::string out = base64_encode(text);
  const bool url = run.coding == EncodedRun::Coding::Base64Url;
  const bool pads = run.padded || (!url && run.length % 4 == 0);
  if (!pads) out.erase(std::min(out.find('='), out.size()));
  if (url) {
    std::replace(out.begin(), out.end(), '+', '-');
    std::replace(out.begin(), out.end(), '/', '_');
  }
  return out;
}

}  // namespace faultline::redaction

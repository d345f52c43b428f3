// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/json_escape.h"

#include "proxy/base/text.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>

#ifdef __SSE2__
#include <immintrin.h>
#endif

// Bodies of JSON inside of JSON are most of what the journal writes, and have a quote every few
// bytes: a block of bytes is looked at together, and for each quote in it the rest of the block is
// copied once more, one byte further on.
namespace faultline {
namespace {

#ifdef __SSE2__
/// Bytes that are looked at together, a bit each.
class Block {
 public:
  using Mask = uint32_t;
  static constexpr size_t kBytes = 16;

  explicit Block(const char* at) noexcept { std::memcpy(&bytes_, at, kBytes); }
  Block(uint64_t low, uint64_t high) noexcept
      : bytes_(_mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low))) {}

  /// Quotes and backslashes.
  [[nodiscard]] Mask quotes() const noexcept { return bits(_mm_or_si128(are('"'), are('\\'))); }
  /// Control characters, and all that lies beyond ASCII.
  [[nodiscard]] Mask others() const noexcept {
    // The comparison is signed, so what lies beyond ASCII is less than a space as well.
    const __m128i is_low = _mm_cmplt_epi8(bytes_, _mm_set1_epi8(' '));
    return bits(_mm_or_si128(is_low, are('\x7F')));
  }
  static size_t first(Mask mask) noexcept { return static_cast<uint32_t>(std::countr_zero(mask)); }

 private:
  [[nodiscard]] __m128i are(char c) const noexcept {
    return _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c));
  }
  static Mask bits(__m128i bytes) noexcept { return static_cast<Mask>(_mm_movemask_epi8(bytes)); }
  __m128i bytes_;
};

bool is_plain(uint64_t a, uint64_t b) noexcept {
  const Block both(a, b);
  return (both.quotes() | both.others()) == 0;
}
#else
static_assert(std::endian::native == std::endian::little, "the first byte is the lowest of a word");

/// The same in a word: the highest bit of each byte.
class Block {
 public:
  using Mask = uint64_t;
  static constexpr size_t kBytes = sizeof(Mask);

  explicit Block(const char* at) noexcept : Block(load(at)) {}
  explicit Block(Mask word) noexcept : word_(word & ~kHighs), beyond_ascii_(word & kHighs) {}

  [[nodiscard]] Mask quotes() const noexcept {
    return ~(are_not('"') & are_not('\\')) & kHighs & ~beyond_ascii_;
  }
  [[nodiscard]] Mask others() const noexcept {
    const Mask from_space = word_ + kOnes * (0x80 - ' ');
    return (~(are_not('\x7F') & from_space) & kHighs) | beyond_ascii_;
  }
  static size_t first(Mask mask) noexcept {
    return static_cast<uint32_t>(std::countr_zero(mask)) / 8;
  }

 private:
  static constexpr Mask kOnes = 0x0101010101010101;
  static constexpr Mask kHighs = kOnes * 0x80;

  // Sums of seven bits stay within their byte, so each byte is judged by itself.
  [[nodiscard]] Mask are_not(char c) const noexcept {
    return (word_ ^ (kOnes * static_cast<unsigned char>(c))) + ~kHighs;
  }
  static Mask load(const char* at) noexcept {
    Mask word = 0;
    std::memcpy(&word, at, kBytes);
    return word;
  }
  Mask word_;  // the lower seven bits of each byte
  Mask beyond_ascii_;
};

bool is_plain(uint64_t a, uint64_t b) noexcept {
  const Block first(a);
  const Block second(b);
  return (first.quotes() | first.others() | second.quotes() | second.others()) == 0;
}
#endif

// From where a block begins it is copied from wherever a quote stands in it: that many bytes must
// be there to be read.
constexpr size_t kReadable = 2 * Block::kBytes - 1;
// The longest that one byte or one sequence becomes: \u001f.
constexpr size_t kEscapeMax = 6;
// A block of nothing but quotes, what is copied beyond them, and a byte that is none.
static_assert(kJsonEscapeRoom >= 3 * Block::kBytes + kEscapeMax);

/// What stands for the front of `bytes`, which is no quote and not plain. Takes it away from
/// `bytes`; returns where the output goes on.
char* escape_other(std::string_view& bytes, char* out) noexcept {
  const size_t length = utf8_sequence_length(bytes);
  if (length == 0) {
    bytes.remove_prefix(1);
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    return out + kReplacement.copy(out, kReplacement.size());
  }
  const std::string_view sequence = bytes.substr(0, length);
  bytes.remove_prefix(length);
  if (length > 1) return out + sequence.copy(out, length);
  const char c = sequence.front();
  *out++ = '\\';
  if (c == '\n' || c == '\r' || c == '\t') {
    *out++ = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    return out;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  for (const char digit : {'u', '0', '0', kDigits[byte >> 4U], kDigits[byte & 0xFU]}) {
    *out++ = digit;
  }
  return out;
}

struct Cursor {
  const char* at;  // in the text
  char* out;
};

/// The plain bytes and quotes of the block at the cursor, up to its end or to what is neither.
Cursor escape_block(Cursor cursor) noexcept {
  const Block block(cursor.at);
  const Block::Mask others = block.others();
  // The lowest bit less one: all bits below it, and all bits when there is none.
  Block::Mask quotes = block.quotes() & ((others & (0 - others)) - 1);
  const size_t end = others == 0 ? Block::kBytes : Block::first(others);
  char* out = cursor.out;  // of the block's first byte, if as much stood before it as before `from`
  size_t from = 0;
  for (; quotes != 0; quotes &= quotes - 1) {
    std::memcpy(out + from, cursor.at + from, Block::kBytes);
    from = Block::first(quotes);
    out[from] = '\\';
    ++out;
  }
  std::memcpy(out + from, cursor.at + from, Block::kBytes);
  return {cursor.at + end, out + end};
}

/// Escapes from the cursor on until it stands at `until` or beyond, or the output beyond `full`.
/// Before `until` blocks can be read, as kReadable says; the text ends at `end`, at which stands a
/// byte that is not plain if a block reaches there.
Cursor escape_blocks(Cursor cursor, const char* until, const char* end, const char* full) noexcept {
  while (cursor.at < until && cursor.out <= full) {
    const char* const block_end = cursor.at + Block::kBytes;
    cursor = escape_block(cursor);
    if (cursor.at == block_end || cursor.at == end) continue;
    std::string_view rest(cursor.at, static_cast<size_t>(end - cursor.at));
    do {  // texts beyond ASCII mostly go on so
      cursor.out = escape_other(rest, cursor.out);
    } while (!rest.empty() && static_cast<unsigned char>(rest.front()) >= 0x80 &&
             cursor.out <= full);
    cursor.at = rest.data();
  }
  return cursor;
}

/// Copies a text as long as the word, up to twice that, if it is plain: its front and its back,
/// which overlap.
template <typename Word>
bool copy_plain(std::string_view text, char* out) noexcept {
  const size_t to_back = text.size() - sizeof(Word);
  Word front = 0;
  Word back = 0;
  std::memcpy(&front, text.data(), sizeof(Word));
  std::memcpy(&back, text.data() + to_back, sizeof(Word));
  constexpr uint64_t kRepeat = UINT64_MAX / std::numeric_limits<Word>::max();
  if (!is_plain(front * kRepeat, back * kRepeat)) return false;
  std::memcpy(out, &front, sizeof(Word));
  std::memcpy(out + to_back, &back, sizeof(Word));
  return true;
}

/// Nearly all names and words are short and plain.
bool copy_plain(std::string_view text, char* out) noexcept {
  if (text.size() > 16) return false;
  if (text.size() >= 8) return copy_plain<uint64_t>(text, out);
  if (text.size() >= 4) return copy_plain<uint32_t>(text, out);
  if (text.size() >= 2) return copy_plain<uint16_t>(text, out);
  return text.size() == 1 && copy_plain<uint8_t>(text, out);
}

}  // namespace

char* json_escape_some(std::string_view& bytes, char* out, const char* end) noexcept {
  if (copy_plain(bytes, out)) {
    out += bytes.size();
    bytes = {};
    return out;
  }
  const char* const full = end - kJsonEscapeRoom;
  if (bytes.size() >= kReadable) {
    const char* const bytes_end = bytes.data() + bytes.size();
    const Cursor stop =
        escape_blocks({bytes.data(), out}, bytes_end - kReadable + 1, bytes_end, full);
    bytes.remove_prefix(static_cast<size_t>(stop.at - bytes.data()));
    out = stop.out;
    if (bytes.size() >= kReadable) return out;  // no room
  }
  // The end, where blocks can be read: behind it stand control characters.
  std::array<char, 2 * kReadable + 2> copy{};
  bytes.copy(copy.data(), bytes.size());
  const char* const copy_end = copy.data() + bytes.size();
  const Cursor stop = escape_blocks({copy.data(), out}, copy_end, copy_end, full);
  bytes.remove_prefix(static_cast<size_t>(stop.at - copy.data()));
  return stop.out;
}

void json_escape_to(std::string& out, std::string_view bytes) {
  std::array<char, 512> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written first
  while (!bytes.empty()) {
    out.append(buffer.data(),
               json_escape_some(bytes, buffer.data(), buffer.data() + buffer.size()));
  }
}

std::string json_quote(std::string_view bytes) {
  std::string out = "\"";
  json_escape_to(out, bytes);
  out += '"';
  return out;
}

}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/json_escape.h"

#include "proxy/base/random.h"
#include "proxy/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {
namespace {

/// Byte by byte, as RFC 8259 section 7 has it.
std::string slow_escape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = utf8_sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<size_t>(length, 1));
    text.remove_prefix(sequence.size());
    const auto byte = static_cast<unsigned char>(sequence.front());
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (byte == '"' || byte == '\\') {
      out += std::string("\\") + sequence.front();
    } else if (byte == '\n' || byte == '\r' || byte == '\t') {
      out += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00" + hex_encode(sequence);
    } else {
      out += sequence;
    }
  }
  return out;
}

/// The text in memory of just its size, so that a sanitizer sees a byte read beyond it.
std::string fast_escape(std::string_view text) {
  const std::vector<char> exact(text.begin(), text.end());
  std::string out;
  json_escape_to(out, {exact.data(), exact.size()});
  return out;
}

/// The same in steps, each into so much room.
std::string stepwise_escape(std::string_view text, size_t room) {
  std::vector<char> buffer(room);
  std::string out;
  while (!text.empty()) {
    const size_t before = text.size();
    char* const end = json_escape_some(text, buffer.data(), buffer.data() + room);
    EXPECT_LE(end, buffer.data() + room);
    out.append(buffer.data(), end);
    if (text.size() == before) {
      ADD_FAILURE() << "no step forward";
      break;
    }
  }
  return out;
}

std::string plain_text(size_t size) {
  constexpr std::string_view kPlain = " !#$%&'()*+,-./0123456789:;<=>?@AZ[]^_`az{|}~";
  std::string text;
  for (size_t i = 0; i < size; ++i) text += kPlain[i % kPlain.size()];
  return text;
}

TEST(JsonEscape, IsTheSameForEveryByteAtEveryPlaceOfATextOfAnyLength) {
  for (size_t size = 0; size <= 64; ++size) {
    const std::string plain = plain_text(size);
    ASSERT_EQ(fast_escape(plain), plain);
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text = plain;
        text[at] = static_cast<char>(byte);
        ASSERT_EQ(fast_escape(text), slow_escape(text))
            << "byte " << byte << " at " << at << " of " << size;
      }
    }
  }
}

TEST(JsonEscape, IsTheSameForSequencesWholeAndTornAcrossBlocks) {
  constexpr std::array<std::string_view, 12> kSequences = {
      "\xC3\xA9",         "\xE2\x82\xAC",     "\xF0\x9F\x98\x80", "\xC3",
      "\xE2\x82",         "\xF0\x9F\x98",     "\xC0\xAF",         "\xED\xA0\x80",
      "\xF4\x90\x80\x80", "\xC3\xC3\xA9\xA9", "\xE2\x82\"",       "\xF0\x9F\\\x80"};
  for (const std::string_view sequence : kSequences) {
    for (size_t before = 0; before <= 48; ++before) {
      for (const size_t behind : {0, 1, 15, 16, 17, 40}) {
        std::string text = plain_text(before);
        text.append(sequence).append(plain_text(behind));
        ASSERT_EQ(fast_escape(text), slow_escape(text))
            << hex_encode(sequence) << " behind " << before << " before " << behind;
      }
    }
  }
}

TEST(JsonEscape, IsTheSameForMixturesInAnyRoom) {
  constexpr std::array<std::string_view, 12> kPieces = {"a",
                                                        "plain text of some length",
                                                        "\"",
                                                        "\\",
                                                        "\n",
                                                        "\x01",
                                                        "\x7F\"",
                                                        "\xC3\xA9\xD0\xB6",
                                                        "\xFF",
                                                        "\xE2\x82",
                                                        "{\"id\":\"x\",\"y",
                                                        "\"\"\"\\\\"};
  for (uint64_t seed = 0; seed < 400; ++seed) {
    std::string text;
    for (uint64_t i = 0; i < seed; ++i) text += kPieces[random::absorb(seed, i) % kPieces.size()];
    const std::string want = slow_escape(text);
    ASSERT_EQ(fast_escape(text), want) << "seed " << seed;
    for (const size_t room : {kJsonEscapeRoom, kJsonEscapeRoom + 1, kJsonEscapeRoom * 5}) {
      ASSERT_EQ(stepwise_escape(text, room), want) << "seed " << seed << " room " << room;
    }
  }
}

TEST(JsonEscape, HasRoomForTheLongestOutput) {
  for (const std::string_view worst : {"\"", "\x01", "\xFF", "\"\x01", "\xF0\x9F\x98\x80"}) {
    std::string text;
    while (text.size() < 500) text += worst;
    EXPECT_EQ(stepwise_escape(text, kJsonEscapeRoom), slow_escape(text)) << hex_encode(worst);
  }
}

TEST(JsonEscape, AppendsToWhatIsThere) {
  std::string out = "before";

  json_escape_to(out, "a\"b");
  json_escape_to(out, "");

  EXPECT_EQ(out, "beforea\\\"b");
}

}  // namespace
}  // namespace faultline

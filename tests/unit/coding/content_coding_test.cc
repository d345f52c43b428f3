// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/coding/content_coding.h"

#include "tests/unit/coding/encoders.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::coding {
namespace {

using Outcome = DecodedContent::Outcome;
using test::codings;
using test::encode;
using test::header_of;

DecodedContent decode(std::string_view bytes, const std::vector<std::string_view>& names,
                      size_t bytes_max = kDecodedBytesMax) {
  return decode_content(bytes, names, bytes_max);
}

TEST(ContentCoding, UndoesWhatWasDone) {
  std::string long_text;
  for (int i = 0; i < 40000; ++i) long_text += "line " + std::to_string(i * 7919) + "\n";
  for (const auto coding : codings()) {
    for (const std::string& text : {std::string(), std::string("x"), long_text}) {
      SCOPED_TRACE(coding);
      const auto decoded = decode(encode(coding, text), {header_of(coding)});

      EXPECT_EQ(decoded.outcome, Outcome::Decoded);
      EXPECT_EQ(decoded.bytes, text);
    }
  }
}

TEST(ContentCoding, UndoesCodingsOnCodingsInTheOtherOrder) {
  const std::string twice = encode("zstd", encode("gzip", "zebra"));

  EXPECT_EQ(decode(twice, {"GZIP", "ZSTD"}).bytes, "zebra");
  EXPECT_EQ(decode(twice, {"zstd", "gzip"}).outcome, Outcome::Malformed);
}

TEST(ContentCoding, TakesMembersAndFramesThatFollowEachOther) {
  EXPECT_EQ(decode(encode("gzip", "ze") + encode("gzip", "bra"), {"gzip"}).bytes, "zebra");
  EXPECT_EQ(decode(encode("zstd", "ze") + encode("zstd", "bra"), {"zstd"}).bytes, "zebra");
}

TEST(ContentCoding, RefusesWhatIsCutOrFollowedByOtherBytes) {
  for (const auto coding : codings()) {
    const std::string whole = encode(coding, "a text that is long enough to be cut anywhere");
    for (size_t length = 0; length < whole.size(); ++length) {
      const auto cut = decode(whole.substr(0, length), {header_of(coding)});
      EXPECT_EQ(cut.outcome, Outcome::Malformed) << coding << " cut to " << length;
      EXPECT_EQ(cut.bytes, "");
    }
    EXPECT_EQ(decode(whole + "tail", {header_of(coding)}).outcome, Outcome::Malformed) << coding;
  }
}

TEST(ContentCoding, StopsAtItsBounds) {
  const std::string zeros(kDecodedBytesMax + 1, '0');
  for (const auto coding : codings()) {
    SCOPED_TRACE(coding);
    const std::string bomb = encode(coding, zeros);
    const auto decoded = decode(bomb, {header_of(coding)});

    ASSERT_LT(bomb.size(), zeros.size() / 100);
    EXPECT_EQ(decoded.outcome, Outcome::Ratio);
    EXPECT_EQ(decoded.bytes, "");
  }
}

TEST(ContentCoding, StopsAtTheBoundOfTheCaller) {
  const std::string text = "as many as it may be";
  for (const auto coding : codings()) {
    SCOPED_TRACE(coding);
    const std::string coded = encode(coding, text);
    EXPECT_EQ(decode(coded, {header_of(coding)}, text.size()).bytes, text);
    EXPECT_EQ(decode(coded, {header_of(coding)}, text.size() - 1).outcome, Outcome::TooLarge);
  }
}

TEST(ContentCoding, SaysWhichCodingItDoesNotKnow) {
  EXPECT_EQ(decode("x", {"gzip", "Compress"}).outcome, Outcome::UnknownCoding);
  EXPECT_EQ(decode("x", {"gzip", "Compress"}).coding, "compress");
  EXPECT_EQ(decode("x", std::vector<std::string_view>(kCodingsMax + 1, "gzip")).outcome,
            Outcome::TooManyCodings);
  EXPECT_EQ(decode("x", {}).bytes, "x");
}

TEST(ContentCoding, TheFieldNamesCodingsInOrder) {
  const std::vector<std::string_view> expected = {"gzip", "br"};
  EXPECT_EQ(codings_of(" gzip, identity ,,br\t"), expected);
  EXPECT_TRUE(codings_of("").empty());
}

}  // namespace
}  // namespace faultline::coding

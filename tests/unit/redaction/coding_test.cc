// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/coding/content_coding.h"
#include "redaction/redactor.h"
#include "tests/unit/redaction/redaction_support.h"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::testing {
namespace {

std::string deflate(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string brotli(std::string_view text) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
  std::string out(size, '\0');
  EXPECT_EQ(BrotliEncoderCompress(5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, text.size(),
                                  reinterpret_cast<const uint8_t*>(text.data()), &size,
                                  reinterpret_cast<uint8_t*>(out.data())),
            BROTLI_TRUE);
  out.resize(size);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string encode(std::string_view coding, std::string_view text) {
  if (coding == "gzip" || coding == "x-gzip") return deflate(text, 15 + 16);
  if (coding == "deflate") return deflate(text, 15);
  if (coding == "raw deflate") return deflate(text, -15);
  return coding == "br" ? brotli(text) : zstd(text);
}

const std::vector<std::string_view>& codings() {
  static const std::vector<std::string_view> kCodings = {"gzip", "deflate", "raw deflate", "br",
                                                         "zstd"};
  return kCodings;
}

std::string_view header_of(std::string_view coding) {
  return coding == "raw deflate" ? "deflate" : coding;
}

DecodedContent decode(std::string_view bytes, std::vector<std::string_view> names) {
  return decode_content(bytes, names);
}

TEST(ContentCoding, UndoesWhatWasDone) {
  std::string long_text;
  for (int i = 0; i < 40000; ++i) long_text += "line " + std::to_string(i * 7919) + "\n";
  for (const auto coding : codings()) {
    for (const std::string& text : {std::string(), std::string("x"), long_text}) {
      SCOPED_TRACE(coding);
      const auto decoded = decode(encode(coding, text), {header_of(coding)});

      EXPECT_EQ(decoded.why_not, "");
      EXPECT_EQ(decoded.bytes, text);
    }
  }
}

TEST(ContentCoding, UndoesCodingsOnCodingsInTheOtherOrder) {
  const std::string twice = zstd(deflate("zebra", 15 + 16));

  EXPECT_EQ(decode(twice, {"GZIP", "ZSTD"}).bytes, "zebra");
  EXPECT_EQ(decode(twice, {"zstd", "gzip"}).why_not, "undecodable");
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
      EXPECT_EQ(cut.why_not, "undecodable") << coding << " cut to " << length;
      EXPECT_EQ(cut.bytes, "");
    }
    EXPECT_EQ(decode(whole + "tail", {header_of(coding)}).why_not, "undecodable") << coding;
  }
}

TEST(ContentCoding, StopsAtItsBounds) {
  const std::string zeros(kDecodedBytesMax + 1, '0');
  for (const auto coding : codings()) {
    SCOPED_TRACE(coding);
    const std::string bomb = encode(coding, zeros);
    const auto decoded = decode(bomb, {header_of(coding)});

    ASSERT_LT(bomb.size(), zeros.size() / 100);
    EXPECT_EQ(decoded.why_not, "ratio");
    EXPECT_EQ(decoded.bytes, "");
  }
  std::string noise;
  Dice dice(7);
  while (noise.size() <= kDecodedBytesMax) noise += dice.text("0123456789abcdef", 64);
  EXPECT_EQ(decode(deflate(noise, 31), {"gzip"}).why_not, "too large");
}

TEST(ContentCoding, NoSecretSurvivesACoding) {
  const std::string body = R"({"note":"for alice.smith@example.com","password":"zebra"})";
  for (const auto coding : codings()) {
    SCOPED_TRACE(coding);
    Message message = json_message(encode(coding, body));
    message.fields.push_back({"Content-Encoding", std::string(header_of(coding))});

    const auto out = make_redactor()->redact(message.view());

    EXPECT_EQ(out.body_outcome(), BodyOutcome::Kept);
    EXPECT_EQ(masked(out.body()),
              R"({"note":"for u-*@redacted.invalid","password":"redacted-secret-*"})");
    EXPECT_EQ(out.decoded_from(), header_of(coding));
    EXPECT_EQ(out.view().find("content-encoding"), nullptr);
    EXPECT_EQ(out.original_body_bytes(), message.body.size());
  }
}

TEST(ContentCoding, ADroppedBodyKeepsItsField) {
  Message message = json_message("not gzip");
  message.fields.push_back({"Content-Encoding", "gzip"});

  const auto out = make_redactor()->redact(message.view());

  EXPECT_EQ(out.drop_reason(), "undecodable");
  EXPECT_NE(out.view().find("content-encoding"), nullptr);
  EXPECT_EQ(out.decoded_from(), "");
}

}  // namespace
}  // namespace faultline::redaction::testing

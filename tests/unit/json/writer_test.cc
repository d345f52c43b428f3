// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/writer.h"

#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace faultline::json {
namespace {

void write_sample(Writer& writer) {
  writer.begin_object()
      .member("text", "a\"b\n")
      .member("on", true)
      .key("empty")
      .begin_object()
      .end_object()
      .key("list")
      .begin_array()
      .value(1)
      .null()
      .begin_array()
      .end_array()
      .begin_object()
      .member("x", 0.5)
      .end_object()
      .end_array()
      .key("raw")
      .raw("{\"as\":\"is\"}")
      .end_object();
}

TEST(JsonWriter, WritesCompactTextInCallOrder) {
  Writer writer;
  write_sample(writer);

  EXPECT_EQ(writer.take(), R"({"text":"a\"b\n","on":true,"empty":{},"list":[1,null,[],{"x":0.5}],)"
                           R"("raw":{"as":"is"}})");
  EXPECT_EQ(writer.take(), "");
}

TEST(JsonWriter, WritesPrettyTextThatMeansTheSame) {
  Writer compact;
  Writer pretty(Writer::Layout::Pretty);
  write_sample(compact);
  write_sample(pretty);

  const std::string text = pretty.take();

  EXPECT_EQ(text, R"({
  "text": "a\"b\n",
  "on": true,
  "empty": {},
  "list": [
    1,
    null,
    [],
    {
      "x": 0.5
    }
  ],
  "raw": {"as":"is"}
})");
  const std::string other = compact.take();
  EXPECT_TRUE(equal(Document::parse(text)->root(), Document::parse(other)->root()));
}

TEST(JsonWriter, WritesNumbersExactly) {
  Writer writer;
  writer.begin_array()
      .value(std::numeric_limits<int64_t>::min())
      .value(std::numeric_limits<uint64_t>::max())
      .value(uint8_t{7})
      .value(-3)
      .value(0.1)
      .value(1e300)
      .value(-0.0)
      .value(std::numeric_limits<double>::infinity())
      .value(std::numeric_limits<double>::quiet_NaN())
      .end_array();

  EXPECT_EQ(writer.take(),
            "[-9223372036854775808,18446744073709551615,7,-3,0.1,1e+300,-0,null,null]");
}

TEST(JsonWriter, WritesValidJsonWhateverTheBytes) {
  Writer writer;
  writer.begin_object().member(std::string("k\xFF\x01"), std::string("v\xC3\x00", 3)).end_object();

  const std::string text = writer.take();

  EXPECT_TRUE(Document::parse(text)) << text;
}

}  // namespace
}  // namespace faultline::json

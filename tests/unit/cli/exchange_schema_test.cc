// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/validator.h"
#include "proxy/base/random.h"
#include "proxy/record/exchange_line.h"
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The published schema of a recorded exchange and the decoder say the same of any line.
namespace faultline::cli {
namespace {

namespace schema = contracts::json_schema;

/// Texts a member can have, right and wrong; the first few are right.
struct Member {
  std::string_view name;
  std::vector<std::string_view> values;
  uint64_t one_in = 1;  // how often it is there at all
};

const std::vector<Member> kRoot{
    {"name", {R"("login")", R"("")", "1", "null"}, 3},
    {"t_ms",
     {"0", "12", "12.0", "1e3", "9223372036854", "9223372036855", "-1", "1.5", R"("12")", "null",
      "1e400"},
     3},
    {"more", {"1"}, 24},
};
const std::vector<Member> kShared{
    {"headers",
     {"{}", R"({"a":"b"})", R"({"a":["b","c"],"A":""})", R"({"a":[]})", R"({"a":1})",
      R"({"a":["b",1]})", R"({"a":null})", "[]", R"("a: b")"},
     2},
    {"body", {R"("text")", R"("")", "1", "{}"}, 4},
    {"base64",
     {R"("AP8B")", R"("")", R"("QQ==")", R"("QQ")", R"("QUI=")", R"("QUI")", R"("Q")", R"("QQ=")",
      R"("QUJD=")", R"("A===")", R"("=")", R"("Q Q=")", R"("Q-_A")", "1"},
     4},
    {"json", {R"({"n":[1,{}]})", "null", R"("text")", "1e400"}, 4},
    {"size", {"1"}, 24},
};
const std::vector<Member> kRequest{
    {"method", {R"("GET")", R"("x")", R"("")", "1", "null"}},
    {"target", {R"("/items?full=1")", R"("*")", R"("")", "[]"}},
    {"status", {"200"}, 24},
};
const std::vector<Member> kResponse{
    {"status",
     {"200", "100", "999", "200.0", "2e2", "99", "1000", "200.5", R"("200")", "null", "-200"}},
    {"method", {R"("GET")"}, 24},
};

class Lines {
 public:
  explicit Lines(uint64_t seed) : state_(seed) {}

  std::string next() {
    std::string line = members(kRoot);
    if (!is_one_in(24)) add(line, "request", half(kRequest));
    if (is_one_in(2)) add(line, "response", half(kResponse));
    return "{" + line + "}";
  }

 private:
  bool is_one_in(uint64_t n) { return draw() % n == 0; }
  uint64_t draw() { return state_ = random::mix(state_ + random::kGolden); }

  static void add(std::string& out, std::string_view name, std::string_view value) {
    out.append(out.empty() ? "\"" : ",\"").append(name).append("\":").append(value);
  }
  /// Mostly right, or hardly a line would be.
  std::string_view choose(const std::vector<std::string_view>& values) {
    return values[is_one_in(6) ? draw() % values.size() : 0];
  }
  std::string members(const std::vector<Member>& all) {
    std::string out;
    for (const Member& member : all) {
      const bool is_there = member.one_in == 1 ? !is_one_in(24) : is_one_in(member.one_in);
      if (is_there) add(out, member.name, choose(member.values));
    }
    return out;
  }
  std::string half(const std::vector<Member>& own) {
    if (is_one_in(24)) return "[]";
    std::string out = members(own);
    const std::string shared = members(kShared);
    if (!out.empty() && !shared.empty()) out += ",";
    return "{" + out + shared + "}";
  }

  uint64_t state_;
};

TEST(ExchangeSchema, AcceptsWhatTheDecoderReadsAndNothingElse) {
  constexpr int kLines = 20'000;
  const std::string path = FL_SOURCE_DIR "/proxy/record/exchange.schema.json";
  const auto loaded = schema::load_document(path, CliWorld().read(path));
  ASSERT_TRUE(loaded.document);
  const auto compiled =
      schema::Validator::load(*loaded.document, {.dialect = schema::Dialect::Draft2020});
  ASSERT_TRUE(compiled.validator);
  record::ExchangeLineDecoder decoder;
  record::ExchangeLine decoded;
  Lines lines(1);
  std::map<bool, int> counts;  // by: does the decoder read it

  for (int i = 0; i < kLines; ++i) {
    const std::string line = lines.next();
    const auto document = json::Document::parse(line);
    ASSERT_TRUE(document) << line;
    const Status read = decoder.decode(line, decoded);
    const auto outcome = compiled.validator->verdict(document->root());
    ASSERT_EQ(outcome == schema::Outcome::Valid, read.has_value())
        << line << "\n"
        << (read ? "the decoder reads it" : read.error().message);
    ++counts[read.has_value()];
  }

  EXPECT_GT(counts[true], kLines / 10);
  EXPECT_GT(counts[false], kLines / 10);
}

}  // namespace
}  // namespace faultline::cli

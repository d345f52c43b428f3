// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/bowtie.h"
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace faultline::cli {
namespace {

constexpr std::string_view kSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "integer" },
    "mail": { "format": "email" },
    "item": { "$ref": "https://example.com/item.json" }
  }
}
)";

TEST(ContractValidate, SaysWhatIsValid) {
  CliWorld world;
  const std::string schema = world.write("schema.json", R"({"type":"integer"})");
  const std::string instance = world.write("one.json", "1");

  const Ran ran = world.run({"contract", "validate", "--schema", schema, instance});

  EXPECT_EQ(ran.code, kDone);
  EXPECT_EQ(ran.err, instance + ": valid\n");
  EXPECT_EQ(ran.out, "");
}

TEST(ContractValidate, PointsAtTheInstanceAndTheSchema) {
  CliWorld world;
  const std::string schema = world.write("schema.yaml", "properties:\n  id:\n    type: integer\n");
  const std::string instance = world.write("bad.json", "{\n  \"id\": \"x\"\n}\n");

  const Ran ran = world.run({"contract", "validate", "--schema", schema, instance});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_NE(ran.err.find(instance + ":2:9"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("'type' does not hold at /id"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(schema + ":3:5 asks for {\"type\":\"integer\"} (#/properties/id/type)"),
            std::string::npos)
      << ran.err;
}

TEST(ContractValidate, FollowsTheReferencesItIsGiven) {
  CliWorld world;
  const std::string schema = world.write("schema.json", kSchema);
  const std::string item = world.write("item.json", R"({"minimum":5})");
  const std::string instance = world.write("x.json", R"({"id":1,"item":1})");

  const Ran without = world.run({"contract", "validate", "--schema", schema, instance});
  const Ran with = world.run({"contract", "validate", "--schema", schema, "--resolve",
                              "https://example.com/item.json=" + item, instance});

  EXPECT_EQ(without.code, kFindings);
  EXPECT_NE(without.err.find(": unverifiable: reference:https://example.com/item.json"),
            std::string::npos)
      << without.err;
  EXPECT_EQ(with.code, kFindings);
  EXPECT_NE(with.err.find(item + ":1:2 asks for {\"minimum\":5}"), std::string::npos) << with.err;
}

TEST(ContractValidate, AssertsFormatsOnRequest) {
  CliWorld world;
  const std::string schema = world.write("schema.json", R"({"format":"email"})");
  const std::string instance = world.write("x.json", "\"nobody\"");

  EXPECT_EQ(world.run({"contract", "validate", "--schema", schema, instance}).code, kDone);
  EXPECT_EQ(
      world.run({"contract", "validate", "--formats", "assert", "--schema", schema, instance}).code,
      kFindings);
}

TEST(ContractValidate, ReadsSchemasInTheDialectThatIsAskedFor) {
  CliWorld world;
  const std::string schema = world.write("schema.json", R"({"minimum":1,"exclusiveMinimum":true})");
  const std::string instance = world.write("x.json", "1");

  EXPECT_EQ(
      world.run({"contract", "validate", "--dialect", "draft4", "--schema", schema, instance}).code,
      kFindings);
  EXPECT_EQ(world.run({"contract", "validate", "--schema", schema, instance}).code, kUsage);
}

TEST(ContractValidate, WritesJson) {
  CliWorld world;
  const std::string schema = world.write("schema.json", R"({"required":["a"]})");
  const std::string good = world.write("good.json", R"({"a":1})");
  const std::string bad = world.write("bad.json", "{}");

  const Ran ran = world.run({"contract", "validate", "--json", "--schema", schema, good, bad});

  EXPECT_EQ(ran.code, kFindings);
  const auto result = nlohmann::json::parse(ran.out)["results"];
  ASSERT_EQ(result.size(), 2U);
  EXPECT_EQ(result[0]["verdict"], "valid");
  EXPECT_EQ(result[1]["verdict"], "invalid");
  EXPECT_EQ(result[1]["errors"][0]["instance"], "/a");
  EXPECT_EQ(result[1]["errors"][0]["schema"], "/required/0");
  EXPECT_EQ(result[1]["errors"][0]["place"]["column"], 14);
}

TEST(ContractValidate, RefusesWhatItCannotRead) {
  CliWorld world;
  const std::string schema = world.write("schema.json", R"({"$ref":"#/nowhere"})");
  const std::string good = world.write("good.json", R"({"type":"null"})");
  const std::string broken = world.write("broken.json", "{");

  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"contract", "validate", "--schema", schema, good},
           {"contract", "validate", "--schema", world.path("none.json"), good},
           {"contract", "validate", "--schema", good, broken},
           {"contract", "validate", "--schema", good, "--resolve", "nothing", good}}) {
    const Ran ran = world.run(arguments);
    EXPECT_EQ(ran.code, kUsage) << ran.err;
    EXPECT_NE(ran.err.find("error"), std::string::npos) << ran.err;
  }
}

nlohmann::json answer(BowtieHarness& harness, const nlohmann::json& command) {
  const auto line = harness.answer(command.dump());
  return line ? nlohmann::json::parse(*line) : nlohmann::json();
}

TEST(ContractValidate, WantsAFileCalledJsonToBeJson) {
  CliWorld world;
  const std::string schema = world.write("schema.json", "{}");
  for (const std::string text : {"", "tru", "NaN", "01", "+1", ".5", "0x10", "\"a\tb\"", "# c\n{}",
                                 "// c\n{}", "\xEF\xBB\xBF{}", "{} {}"}) {
    SCOPED_TRACE(text);
    const Ran ran =
        world.run({"contract", "validate", "--schema", schema, world.write("x.json", text)});

    EXPECT_EQ(ran.code, kUsage) << ran.err;
    EXPECT_NE(ran.err.find("x.json:1:"), std::string::npos) << ran.err;
  }
  for (const std::string text : {"\"\\ud800\"", " 1 ", "null"}) {
    const Ran ran =
        world.run({"contract", "validate", "--schema", schema, world.write("x.json", text)});
    EXPECT_EQ(ran.code, kDone) << ran.err;
  }
}

TEST(ContractValidate, JudgesAnInstanceWithARepeatedName) {
  CliWorld world;
  const std::string schema =
      world.write("schema.json", R"({"properties":{"a":{"type":"string"}}})");
  const std::string instance = world.write("x.json", R"({"a":"x","a":1})");

  const Ran ran = world.run({"contract", "validate", "--schema", schema, instance});
  const Ran as_json = world.run({"contract", "validate", "--json", "--schema", schema, instance});
  const Ran as_schema = world.run({"contract", "validate", "--schema", instance, schema});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_NE(ran.err.find("FL4009"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("'type' does not hold at /a"), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("nothing was changed"), std::string::npos) << ran.err;
  EXPECT_EQ(nlohmann::json::parse(as_json.out)["results"][0]["repeated_names"], 1);
  EXPECT_EQ(as_schema.code, kUsage);
}

TEST(ContractValidate, ReadsStandardInputOnce) {
  CliWorld world;

  const Ran ran = world.run({"contract", "validate", "--schema", "-", "-"});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_NE(ran.err.find("'-' may stand for one file only"), std::string::npos) << ran.err;
}

TEST(ContractValidate, NamesOnlyCodesThatAreExplained) {
  CliWorld world;
  const std::string schema = world.write("schema.json", R"({"type":"string"})");

  const Ran ran =
      world.run({"contract", "validate", "--schema", schema, world.write("x.json", "1")});

  const size_t at = ran.err.find("faultline explain ");
  ASSERT_NE(at, std::string::npos) << ran.err;
  EXPECT_EQ(world.run({"explain", ran.err.substr(at + 18, 6)}).code, kDone);
}

TEST(ContractValidate, RefusesNamesOfSchemasThatAreNoTexts) {
  CliWorld world;
  const std::string instance = world.write("x.json", "1");
  for (const std::string text : {R"({"$id":5})", R"({"$anchor":true})", R"({"$defs":[]})"}) {
    const Ran ran =
        world.run({"contract", "validate", "--schema", world.write("schema.json", text), instance});
    EXPECT_EQ(ran.code, kUsage) << text << ran.err;
    EXPECT_NE(ran.err.find("FL4008"), std::string::npos) << ran.err;
  }
}

TEST(ContractValidate, WarnsOfAClosedPartBesideOthers) {
  CliWorld world;
  const std::string instance = world.write("x.json", "{}");
  const std::string closed = world.write(
      "closed.json", R"({"allOf":[{"properties":{"a":true},"additionalProperties":false},)"
                     R"({"properties":{"b":true}}]})");
  const std::string open = world.write(
      "open.json", R"({"allOf":[{"properties":{"a":true,"b":true},"additionalProperties":false},)"
                   R"({"properties":{"b":true}}]})");

  const Ran warned = world.run({"contract", "validate", "--schema", closed, instance});

  EXPECT_EQ(warned.code, kDone);
  EXPECT_NE(warned.err.find("FL4106"), std::string::npos) << warned.err;
  EXPECT_NE(warned.err.find("forbids 'b'"), std::string::npos) << warned.err;
  EXPECT_EQ(world.run({"contract", "validate", "--schema", open, instance}).err,
            instance + ": valid\n");
}

TEST(Bowtie, SpeaksTheProtocol) {
  BowtieHarness harness;

  const auto started = answer(harness, {{"cmd", "start"}, {"version", 1}});
  EXPECT_EQ(started["version"], 1);
  EXPECT_EQ(started["implementation"]["name"], "faultline");
  EXPECT_EQ(started["implementation"]["dialects"].size(), 5U);
  for (const auto& dialect : started["implementation"]["dialects"]) {
    EXPECT_EQ(answer(harness, {{"cmd", "dialect"}, {"dialect", dialect}})["ok"], true);
  }
  EXPECT_EQ(answer(harness, {{"cmd", "dialect"}, {"dialect", "urn:other"}})["ok"], false);
  EXPECT_FALSE(harness.answer(R"({"cmd":"stop"})"));
  EXPECT_TRUE(harness.has_stopped());
  EXPECT_EQ(harness.problem(), "");
}

TEST(Bowtie, JudgesEveryTestOfACase) {
  BowtieHarness harness;
  static_cast<void>(harness.answer(R"({"cmd":"start","version":1})"));
  static_cast<void>(
      harness.answer(R"({"cmd":"dialect","dialect":"http://json-schema.org/draft-07/schema#"})"));

  const auto result = harness.answer(
      R"({"cmd":"run","seq":{"n":[7]},"case":{"description":"d","schema":{"$ref":"urn:a"},)"
      R"("registry":{"urn:a":{"type":"integer"}},"tests":[)"
      R"({"description":"a","instance":1},{"description":"b","instance":"x"}]}})");
  const auto unknown =
      harness.answer(R"({"cmd":"run","seq":2,"case":{"description":"d","schema":{"$ref":"urn:b"},)"
                     R"("tests":[{"description":"a","instance":1}]}})");
  const auto wrong =
      harness.answer(R"({"cmd":"run","seq":3,"case":{"description":"d","schema":{"type":"text"},)"
                     R"("tests":[{"description":"a","instance":1}]}})");

  EXPECT_EQ(result, R"({"seq":{"n":[7]},"results":[{"valid":true},{"valid":false}]})");
  EXPECT_EQ(unknown,
            R"({"seq":2,"results":[{"skipped":true,"message":"unverifiable: reference:urn:b"}]})");
  EXPECT_EQ(wrong, R"({"seq":3,"errored":true,"context":{"message":"unknown type 'text'"}})");
}

TEST(Bowtie, GoesOnAfterAnInstanceThatIsTooDeepAndAnEmptyLine) {
  BowtieHarness harness;
  ASSERT_TRUE(harness.answer(R"({"cmd":"start","version":1})"));
  EXPECT_EQ(harness.answer(""), std::nullopt);
  const std::string deep = std::string(900, '[') + std::string(900, ']');

  const auto answer =
      harness.answer(R"({"cmd":"run","seq":1,"case":{"schema":{"items":{"$ref":"#"}},)"
                     R"("tests":[{"instance":)" +
                     deep + "},{\"instance\":1}]}}");

  ASSERT_TRUE(answer);
  const auto results = nlohmann::json::parse(*answer)["results"];
  EXPECT_EQ(results[0]["skipped"], true);
  EXPECT_EQ(results[1]["valid"], true);
  EXPECT_FALSE(harness.has_stopped());
}

TEST(Bowtie, KeepsHalvesOfSurrogatePairs) {
  BowtieHarness harness;
  ASSERT_TRUE(harness.answer(R"({"cmd":"start","version":1})"));

  const auto answer =
      harness.answer(R"({"cmd":"run","seq":"a","case":{"schema":{"const":"\ud800"},)"
                     R"("tests":[{"instance":"\ud800"},{"instance":"\ud801"}]}})");

  ASSERT_TRUE(answer);
  EXPECT_EQ(nlohmann::json::parse(*answer),
            nlohmann::json::parse(R"({"seq":"a","results":[{"valid":true},{"valid":false}]})"));
}

TEST(Bowtie, EndsWhenTheProtocolIsBroken) {
  for (const std::string_view line :
       {"nonsense", R"({"cmd":"run"})", R"({"cmd":"start","version":2})", R"({"cmd":"stop"})"}) {
    BowtieHarness harness;
    EXPECT_FALSE(harness.answer(line)) << line;
    EXPECT_TRUE(harness.has_stopped()) << line;
    EXPECT_NE(harness.problem(), "") << line;
  }
}

}  // namespace
}  // namespace faultline::cli

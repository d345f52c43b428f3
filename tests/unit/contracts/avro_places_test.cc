// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/sensitive_places.h"
#include "contracts/marks.h"
#include "proxy/base/text.h"
#include "proxy/json/tape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

// Which places of a value an Avro schema marks, in every way the value may be written.
namespace faultline::contracts::avro {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// "/a/*/b pii"; the whole is "/".
std::vector<std::string> places_of(const std::string& text) {
  const LoadedSchema loaded = load_schema("s.avsc", text);
  EXPECT_TRUE(loaded.schema) << text;
  std::vector<std::string> out;
  if (!loaded.schema) return out;
  for (const SensitivePlace& place : sensitive_places(*loaded.schema)) {
    EXPECT_EQ(place.in, SensitivePlace::In::Body);
    std::string& line = out.emplace_back(place.pointer.empty() ? "/" : "");
    for (const std::string& name : place.pointer) line += "/" + name;
    line += place.is_pii ? " pii" : " secret";
  }
  return out;
}

std::string record(const std::string& fields, const std::string& more = "") {
  return R"({"type":"record","name":"shop.R",)" + more + R"("fields":[)" + fields + "]}";
}

TEST(AvroPlaces, EveryAnnotationMarksItsField) {
  const struct {
    std::string annotation;
    std::string mark;  // empty: none
  } cases[] = {
      {R"("confluent:tags":["PII"])", " pii"},
      {R"("confluent:tags":["PUBLIC","PRIVATE"])", " pii"},
      {R"("confluent:tags":["PII","SENSITIVE"])", " secret"},
      {R"("confluent:tags":"pii")", " pii"},
      {R"("confluent:tags":["eu_pii-mail"])", " pii"},
      {R"("confluent:tags":["PHI"])", " pii"},
      {R"("confluent:tags":["Confidential"])", " secret"},
      {R"("confluent:tags":["PUBLIC"])", ""},
      {R"("confluent:tags":["NON_PII"])", ""},
      {R"("confluent:tags":["not-sensitive"])", ""},
      {R"("confluent:tags":["NON_PUBLIC_PII"])", " pii"},
      {R"("confluent:tags":["NON_PUBLIC"])", ""},
      {R"("confluent:tags":["GOLD","PIIX"])", ""},
      {R"("confluent:tags":[])", ""},
      {R"("confluent:tags":null)", ""},
      {R"("confluent:tags":[7])", " secret"},
      {R"("confluent:tags":{"PII":true})", " secret"},
      {R"("__sensitivity":"CONFIDENTIAL")", " secret"},
      {R"("__sensitivity":"personal")", " pii"},
      {R"("__sensitivity":"LEVEL-3")", " pii"},
      {R"("__sensitivity":"PUBLIC")", ""},
      {R"("__sensitivity":"INTERNAL")", ""},
      {R"("__sensitivity":"non-sensitive")", ""},
      {R"("__sensitivity":"not sensitive")", ""},
      {R"("__sensitivity":"none")", ""},
      {R"("__sensitivity":"non-public")", " pii"},
      {R"("__sensitivity":"NON_PUBLIC")", " pii"},
      {R"("__sensitivity":"not public")", " pii"},
      {R"("__sensitivity":"no-disclosure")", " pii"},
      {R"("__sensitivity":"not-pii-but-secret")", " secret"},
      {R"("__sensitivity":"\u6a5f\u5bc6")", " pii"},
      {R"("__sensitivity":"")", ""},
      {R"("__sensitivity":true)", " secret"},
      {R"("__sensitivity":false)", ""},
      {R"("x-pii":"email")", " pii"},
      {R"("x-pii":false)", ""},
      {R"("x-sensitive":true)", " secret"},
      {R"("x-sensitive":false)", ""},
      {R"("x-secret":true)", " secret"},
      {R"("x-secret":null)", ""},
      {R"("x-other":true)", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.annotation);

    const auto places = places_of(record(R"({"name":"f","type":"string",)" + c.annotation + "}"));

    if (c.mark.empty()) {
      EXPECT_THAT(places, IsEmpty());
    } else {
      EXPECT_THAT(places, ElementsAre("/f" + c.mark));
    }
  }
}

TEST(AvroPlaces, ATypeIsMarkedWhereverItIsUsed) {
  const auto places = places_of(record(R"(
    {"name":"first","type":{"type":"record","name":"Card","confluent:tags":["PCI"],
                            "fields":[{"name":"pan","type":"string"}]}},
    {"name":"again","type":"Card"},
    {"name":"list","type":{"type":"array","items":"shop.Card"}},
    {"name":"map","type":{"type":"map","values":{"type":"array","items":"Card"}}},
    {"name":"use","type":{"type":"array","items":{"type":"Plain","x-secret":true}}},
    {"name":"plain","type":"Plain"},
    {"name":"text","type":{"type":"string","x-pii":true}},
    {"name":"other","type":"string"})")
                                    .insert(record("").find("\"fields\":[") + 10,
                                            R"({"name":"p","type":{"type":"fixed","name":"Plain",)"
                                            R"("size":4}},)"));

  EXPECT_THAT(places, UnorderedElementsAre("/first pii", "/again pii", "/list/* pii",
                                           "/map/*/* pii", "/use/* secret", "/text pii"));
}

TEST(AvroPlaces, EverySpellingOfAUnionCounts) {
  const auto places = places_of(record(R"(
    {"name":"to","type":["null",{"type":"record","name":"geo.Address","aliases":["Home"],"fields":[
      {"name":"street","type":["null","string"],"confluent:tags":["PII"]},
      {"name":"codes","type":[{"type":"array","items":["int",{"type":"string","x-secret":true}]},
                              {"type":"map","values":{"type":"string","x-pii":true}}]}]}]})"));

  EXPECT_THAT(places, UnorderedElementsAre(
                          "/to/street pii", "/to/codes/* secret",                   //
                          "/to/geo.Address/street pii", "/to/geo.Home/street pii",  //
                          "/to/Address/street pii", "/to/Home/street pii",          //
                          "/to/geo.Address/codes/array/*/string secret",            //
                          "/to/geo.Home/codes/array/*/string secret",               //
                          "/to/Address/codes/array/*/string secret",                //
                          "/to/Home/codes/array/*/string secret",                   //
                          "/to/geo.Address/codes/map/* pii", "/to/geo.Home/codes/map/* pii",
                          "/to/Address/codes/map/* pii", "/to/Home/codes/map/* pii"));
}

TEST(AvroPlaces, FieldsCountByTheirAliasesToo) {
  EXPECT_THAT(places_of(record(R"({"name":"a","aliases":["b",""],"type":"int","x-pii":true})")),
              UnorderedElementsAre("/a pii", "/b pii", "/ pii"));
}

TEST(AvroPlaces, TheWholeValueMayBeMarked) {
  EXPECT_THAT(places_of(R"({"type":"string","confluent:tags":["PII"]})"), ElementsAre("/ pii"));
  EXPECT_THAT(places_of(record("", R"("x-secret":true,)")), ElementsAre("/ secret"));
  EXPECT_THAT(places_of(R"(["null",{"type":"string","x-pii":true}])"),
              UnorderedElementsAre("/ pii", "/string pii"));
  EXPECT_THAT(places_of(R"("string")"), IsEmpty());
}

/// Whether a place or one above it is among the places.
bool covers(const std::vector<SensitivePlace>& places, const std::vector<std::string>& path) {
  return std::any_of(places.begin(), places.end(), [&](const SensitivePlace& place) {
    return place.pointer.size() <= path.size() &&
           std::equal(
               place.pointer.begin(), place.pointer.end(), path.begin(),
               [](const std::string& a, const std::string& b) { return a == "*" || a == b; });
  });
}

std::vector<std::string> path_of(const std::vector<std::string>& step, size_t times,
                                 const std::string& last) {
  std::vector<std::string> path;
  for (size_t i = 0; i < times; ++i) path.insert(path.end(), step.begin(), step.end());
  path.push_back(last);
  return path;
}

TEST(AvroPlaces, ARecordThatHoldsItselfIsCoveredAtEveryDepth) {
  const LoadedSchema loaded = load_schema(
      "s.avsc",
      R"({"type":"record","name":"n.Node","fields":[{"name":"v","type":"string","x-pii":true},
          {"name":"id","type":"int"},{"name":"next","type":["null","Node"]}]})");
  ASSERT_TRUE(loaded.schema);

  const auto places = sensitive_places(*loaded.schema);

  EXPECT_LT(places.size(), 100U);
  for (const std::vector<std::string>& step :
       {std::vector<std::string>{"next"}, {"next", "n.Node"}, {"next", "Node"}}) {
    for (const size_t depth : {0U, 1U, 5U, 11U, 12U, 23U, 24U, 25U, 60U}) {
      EXPECT_TRUE(covers(places, path_of(step, depth, "v"))) << step.back() << " " << depth;
    }
    // What is not marked stays, as far as the schema is followed.
    EXPECT_FALSE(covers(places, path_of(step, 5, "id")));
  }
}

TEST(AvroPlaces, TooManyPlacesAreCoveredTogether) {
  const LoadedSchema tree = load_schema(
      "s.avsc",
      R"({"type":"record","name":"T","fields":[{"name":"v","type":"string","x-pii":true},
          {"name":"a","type":["null","T"]},{"name":"b","type":["null","T"]},
          {"name":"c","type":["null",{"type":"array","items":"T"}]}]})");
  ASSERT_TRUE(tree.schema);
  const auto places = sensitive_places(*tree.schema);
  EXPECT_LE(places.size(), 3 * kSensitivePlacesMax);
  EXPECT_FALSE(covers(places, {"other"}));
  for (size_t depth = 0; depth < 40; ++depth) {
    EXPECT_TRUE(covers(places, path_of({"a"}, depth, "v"))) << depth;
    EXPECT_TRUE(covers(places, path_of({"b", "T"}, depth, "v"))) << depth;
    EXPECT_TRUE(covers(places, path_of({"c", "7"}, depth, "v"))) << depth;
    EXPECT_TRUE(covers(places, path_of({"c", "array", "7", "a", "T"}, depth, "v"))) << depth;
  }

  std::string fields;
  for (size_t i = 0; i <= kSensitivePlacesMax; ++i) {
    fields += R"({"name":"f)" + std::to_string(i) + R"(","type":"int","x-secret":true},)";
  }
  fields.pop_back();
  EXPECT_THAT(places_of(record(fields)), ElementsAre("/ secret"));
}

// A reader that stops at its warnings would lose the fields behind them, and their marks.
TEST(AvroPlaces, WarningsHideNoFieldAndNoError) {
  std::string fields;
  for (int i = 0; i < 101; ++i) {
    fields += R"({"name":"f)" + std::to_string(i) +
              R"(","type":{"type":"string","logicalType":"date"}},)";
  }

  const LoadedSchema good =
      load_schema("s.avsc", record(fields + R"({"name":"ssn","type":"string","x-pii":true})"));
  const LoadedSchema bad =
      load_schema("s.avsc", record(fields + R"({"name":"ssn","type":"strin","x-pii":true})"));

  EXPECT_EQ(good.diagnostics.size(), 100U);
  ASSERT_TRUE(good.schema);
  const auto places = sensitive_places(*good.schema);
  ASSERT_EQ(places.size(), 1U);
  EXPECT_EQ(places[0].pointer, std::vector<std::string>{"ssn"});
  EXPECT_FALSE(bad.schema);
  ASSERT_EQ(bad.diagnostics.size(), 101U);
  EXPECT_EQ(bad.diagnostics.back().message, "no type 'strin' is defined before this");
}

// A mark that only a long chain of types leads to, each of them defined before it is used.
TEST(AvroPlaces, AMarkIsFoundHoweverFarItLies) {
  std::string fields = R"({"name":"f0","type":{"type":"record","name":"C0","fields":[)"
                       R"({"name":"x","type":"string","x-pii":true}]}})";
  for (int i = 1; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    fields += R"(,{"name":"f)" + number + R"(","type":{"type":"record","name":"C)" + number +
              R"(","fields":[{"name":"n","type":"C)" + std::to_string(i - 1) + R"("}]}})";
  }
  const LoadedSchema loaded = load_schema("s.avsc", record(fields));
  ASSERT_TRUE(loaded.schema);

  const auto places = sensitive_places(*loaded.schema);

  EXPECT_TRUE(covers(places, {"f0", "x"}));
  EXPECT_TRUE(covers(places, {"f3", "n", "n", "n", "x"}));
  std::vector<std::string> longest{"f999"};
  longest.resize(1000, "n");
  longest.push_back("x");
  EXPECT_TRUE(covers(places, longest));
}

TEST(AvroPlaces, TagsBesideTheSchemaCountByPath) {
  const std::string schema = record(R"({"name":"ssn","type":"string"},{"name":"id","type":"int"},
                {"name":"in","type":["null",{"type":"record","name":"deep.I","fields":[
                  {"name":"ssn","type":"string"},{"name":"x","type":"int"}]}]})");
  const auto entry = [&](const std::string& tags) {
    return R"({"subject":"r","version":3,"schemaType":"AVRO","schema":)" + json_quote(schema) +
           R"(,"metadata":{"tags":)" + tags + R"(,"properties":{}}})";
  };

  EXPECT_THAT(
      places_of(entry(R"({"**.ssn":["PII"],"shop.R.id":["GOLD"]})")),
      UnorderedElementsAre("/ssn pii", "/in/ssn pii", "/in/deep.I/ssn pii", "/in/I/ssn pii"));
  EXPECT_THAT(places_of(entry(R"({"shop.*.ssn":["PII"],"shop.R.ssn":["SECRET"]})")),
              ElementsAre("/ssn secret"));
  EXPECT_THAT(places_of(entry("null")), IsEmpty());
}

// 1,000 patterns that end in a wildcard, so that each is followed through all of 3,000 long names.
TEST(AvroPlaces, TagsThatTakeTooLongToCompareCountAsFitting) {
  std::string tags = R"({"no":["SECRET"])";
  for (int i = 0; i < 1'000; ++i) {
    tags += ",\"x" + std::string(900, '*') + std::to_string(i) + "a*\":[\"PII\"]";
  }
  std::string fields = R"({"name":"plain","type":"int"})";
  for (int i = 0; i < 3'000; ++i) {
    fields += R"(,{"name":"n)" + std::to_string(i) + std::string(500, 'a') + R"(","type":"int"})";
  }
  const auto entry = [](const std::string& schema, const std::string& list) {
    return R"({"schema":)" + json_quote(schema) + R"(,"metadata":{"tags":)" + list + "}}";
  };

  EXPECT_THAT(places_of(entry(record(fields), tags + "}")), ElementsAre("/ secret"));
  EXPECT_THAT(places_of(entry(record(R"({"name":"plain","type":"int"})"), tags + "}")), IsEmpty());
}

TEST(AvroPlaces, RefusesPathsOfTagsBeyondTheirBounds) {
  const auto problem_of = [](const std::string& tags) {
    const LoadedSchema loaded =
        load_schema("s.avsc", R"({"schema":"\"int\"","metadata":{"tags":{)" + tags + "}}}");
    EXPECT_EQ(loaded.schema == nullptr, !loaded.diagnostics.empty());
    return loaded.diagnostics.empty() ? "" : loaded.diagnostics[0].message;
  };
  std::string many;
  for (size_t i = 0; i < kPathTagsMax; ++i) many += "\"" + std::to_string(i) + "\":[\"GOLD\"],";

  EXPECT_EQ(problem_of("\"" + std::string(kPathBytesMax, 'a') + "\":[\"PII\"]"), "");
  EXPECT_EQ(problem_of("\"" + std::string(kPathBytesMax + 1, 'a') + "\":[\"PII\"]"),
            "the path of a tag has at most 1024 bytes");
  EXPECT_EQ(problem_of(many.substr(0, many.size() - 1)), "");
  EXPECT_EQ(problem_of(many + "\"x\":[]"),
            "'metadata' must be an object whose 'tags' are at most 10000 paths");
}

// A record with 300,000 fields that are not marked and 50 that hold it again, and a type that bears
// as many names as a schema may: to look at all of them at every place would take minutes.
TEST(AvroPlaces, FindsThemInTimeThatGrowsWithWhatMatters) {
  std::string fields;
  for (int i = 0; i < 300'000; ++i)
    fields += R"({"name":"f)" + std::to_string(i) + R"(","type":"int"},)";
  for (int i = 0; i < 50; ++i)
    fields += R"({"name":"r)" + std::to_string(i) + R"(","type":["null","R"]},)";
  std::string aliases;
  for (size_t i = 0; i < kAliasesMax; ++i) aliases += "\"a" + std::to_string(i) + "\",";
  aliases.pop_back();
  const std::string text = record(fields + R"({"name":"v","type":"int","x-pii":true})",
                                  R"("aliases":[)" + aliases + "],");
  const LoadedSchema loaded = load_schema("s.avsc", text);
  ASSERT_TRUE(loaded.schema);
  const auto begin = std::chrono::steady_clock::now();

  const auto places = sensitive_places(*loaded.schema);

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));
  EXPECT_TRUE(covers(places, {"v"}));
  EXPECT_TRUE(covers(places, {"r7", "r8", "v"}));
  EXPECT_TRUE(covers(places, {"r7", "shop.a99999", "v"}));
  EXPECT_FALSE(covers(places, {"f7"}));
}

TEST(AvroPlaces, PathsFitByTheirWildcards) {
  const auto fits = [](const std::string& pattern, const std::string& path) {
    size_t steps = 0;
    return fits_path(pattern, path, steps);
  };
  const struct {
    std::string pattern;
    std::vector<std::string> good;
    std::vector<std::string> bad;
  } cases[] = {
      {"a.R.f", {"a.R.f"}, {"a.R.ff", "a.R", "xa.R.f", ""}},
      {"*.f", {"R.f", ".f"}, {"a.R.f", "f"}},
      {"**.f", {"R.f", "a.b.R.f"}, {"f", "a.R.xf"}},
      {"a.*.*", {"a.R.f", "a.."}, {"a.b.R.f", "a.R"}},
      {"a.**", {"a.R.f", "a."}, {"a", "ab.R.f"}},
      {"**", {"", "a.R.f"}, {}},
      {"*", {"", "R"}, {"a.R"}},
      {"a.R.f?", {"a.R.f1"}, {"a.R.f", "a.R.f.", "a.R.f12"}},
      {"**s*n", {"a.R.ssn", "s.n.sn", "sn"}, {"a.s.n", "ssnx"}},
      {"***a", {"a", "x.a"}, {"b"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    for (const std::string& path : c.good) EXPECT_TRUE(fits(c.pattern, path)) << path;
    for (const std::string& path : c.bad) EXPECT_FALSE(fits(c.pattern, path)) << path;
  }
}

TEST(Marks, TheWorseOfTwoHolds) {
  const auto document = json::Document::parse(R"({"x-pii":true,"confluent:tags":["SECRET"]})");
  ASSERT_TRUE(document);

  EXPECT_EQ(mark_of_annotations(document->root()), Mark::Secret);
}

}  // namespace
}  // namespace faultline::contracts::avro

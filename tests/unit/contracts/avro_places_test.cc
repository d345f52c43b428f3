// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/sensitive_places.h"
#include "contracts/marks.h"
#include "proxy/base/text.h"
#include "proxy/json/tape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

TEST(AvroPlaces, PathsFitByTheirWildcards) {
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
    for (const std::string& path : c.good) EXPECT_TRUE(fits_path(c.pattern, path)) << path;
    for (const std::string& path : c.bad) EXPECT_FALSE(fits_path(c.pattern, path)) << path;
  }
}

TEST(Marks, TheWorseOfTwoHolds) {
  const auto document = json::Document::parse(R"({"x-pii":true,"confluent:tags":["SECRET"]})");
  ASSERT_TRUE(document);

  EXPECT_EQ(mark_of_annotations(document->root()), Mark::Secret);
}

}  // namespace
}  // namespace faultline::contracts::avro

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/names.h"
#include "contracts/avro/schema.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::contracts::avro {
namespace {

std::string problems_of(const LoadedSchema& loaded) {
  std::string text;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    text += diagnostic.code + " " + render_diagnostic_short(diagnostic);
    for (const std::string& note : diagnostic.notes) text += " (" + note + ")";
    if (!diagnostic.help.empty()) text += " | " + diagnostic.help;
    text += "\n";
  }
  return text;
}

struct Case {
  const char* name;
  std::string text;
  std::string problems;
};

/// A record with these fields; the text of the first begins at column 44.
std::string record(const std::string& fields) {
  return R"({"type":"record","name":"a.b.R","fields":[)" + fields + "]}";
}

std::string field(const std::string& type) { return record(R"({"name":"f","type":)" + type + "}"); }

constexpr const char* kNameRule =
    " | names are made of letters, digits and '_', and do not begin with a digit\n";

void expect_refused(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);

    const LoadedSchema loaded = load_schema("s.avsc", c.text);

    EXPECT_EQ(loaded.schema, nullptr);
    EXPECT_EQ(problems_of(loaded), c.problems);
  }
}

/// A schema that must be there.
std::unique_ptr<const Schema> load(const std::string& text, const std::string& warnings = "") {
  LoadedSchema loaded = load_schema("s.avsc", text);
  EXPECT_EQ(problems_of(loaded), warnings) << text;
  return std::move(loaded.schema);
}

TEST(AvroSchema, RefusesWhatIsNoSchemaWithItsPlace) {
  expect_refused({
      {"no JSON", "{\"type\": \"record\",\n \"name\": R}",
       "FL4001 s.avsc:2:10: error: unexpected character where a value belongs\n"},
      {"a number", "7",
       "FL4006 s.avsc:1:1: error: a schema must be a name, an object or a list, not number\n"},
      {"null for a type", field("null"),
       "FL4006 s.avsc:1:62: error: a schema must be a name, an object or a list, not null "
       "(at /fields/0/type) | the type is called \"null\", in quotes\n"},
      {"no type", "{}", "FL4004 s.avsc:1:1: error: a schema that is an object needs 'type'\n"},
      {"a protocol", R"({"protocol":"P","types":[]})",
       "FL4004 s.avsc:1:1: error: a schema that is an object needs 'type' | this is a protocol; "
       "its types are schemas\n"},
      {"an OpenAPI document", R"({"openapi":"3.0.3"})",
       "FL4004 s.avsc:1:1: error: a schema that is an object needs 'type' | this is an OpenAPI "
       "document, no Avro schema\n"},
      {"a schema in a schema", R"({"type":{"type":"string"}})",
       "FL4006 s.avsc:1:9: error: the 'type' of a schema must be the name of a type, not object "
       "(at /type) | write the inner schema in the place of the outer one\n"},
      {"an unknown type", R"("strin")",
       "FL4007 s.avsc:1:1: error: no type 'strin' is defined before this | did you mean "
       "'string'?\n"},
      {"a name used before it is defined", record(R"({"name":"x","type":"Suit"},
{"name":"y","type":{"type":"enum","name":"Suit","symbols":["A"]}})"),
       "FL4007 s.avsc:1:62: error: no type 'Suit' is defined before this (at /fields/0/type)\n"},
      {"the words of a definition as a name", record(R"({"name":"x","type":"record","fields":[]})"),
       "FL4007 s.avsc:1:62: error: no type 'record' is defined before this (at /fields/0/type) | "
       "a type that is defined here is an object of its own: \"type\": {\"type\": \"record\", "
       "...}\n"},
      {"an attribute twice", R"({"type":"string","type":"int"})",
       "FL4009 s.avsc:1:18: error: this name stands twice in one object\n"},
      {"an array without items", R"({"type":"array"})",
       "FL4004 s.avsc:1:1: error: an array needs 'items'\n"},
      {"a map without values", R"({"type":"map","items":"int"})",
       "FL4004 s.avsc:1:1: error: a map needs 'values'\n"},
  });
}

TEST(AvroSchema, RefusesWrongDefinitions) {
  expect_refused({
      {"no name", R"({"type":"record","fields":[]})",
       "FL4004 s.avsc:1:1: error: a record needs 'name'\n"},
      {"a name that is none", R"({"type":"fixed","name":"1st","size":1})",
       std::string("FL4008 s.avsc:1:24: error: '1st' is no name (at /name)") + kNameRule},
      {"an empty part", R"({"type":"fixed","name":"a..b","size":1})",
       std::string("FL4008 s.avsc:1:24: error: 'a..b' is no name (at /name)") + kNameRule},
      {"a namespace that is none", R"({"type":"fixed","name":"F","namespace":"a.","size":1})",
       std::string("FL4008 s.avsc:1:40: error: a namespace must be names joined by dots (at "
                   "/namespace)") +
           kNameRule},
      {"the name of a primitive", R"({"type":"fixed","name":"x.string","size":1})",
       "FL4008 s.avsc:1:24: error: 'x.string' is the name of a primitive type (at /name)\n"},
      {"defined twice",
       R"([{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":2}])",
       "FL4009 s.avsc:1:62: error: 'F' is defined twice (at /1/name)\n"},
      {"no fields", R"({"type":"error","name":"E"})",
       "FL4004 s.avsc:1:1: error: a record needs 'fields'\n"},
      {"a field that is a text", record(R"("x")"),
       "FL4006 s.avsc:1:43: error: a field must be object, not string (at /fields/0)\n"},
      {"a field without a type", record(R"({"name":"x"})"),
       "FL4004 s.avsc:1:43: error: a field needs 'type' (at /fields/0)\n"},
      {"a field whose name has a dot", record(R"({"name":"x.y","type":"int"})"),
       std::string("FL4008 s.avsc:1:51: error: 'x.y' is no name (at /fields/0/name)") + kNameRule},
      {"a field twice", record(R"({"name":"x","type":"int"},{"name":"x","type":"int"})"),
       "FL4009 s.avsc:1:77: error: the record has two fields 'x' (at /fields/1/name)\n"},
      {"aliases that are no list", record(R"({"name":"x","type":"int","aliases":"y"})"),
       "FL4006 s.avsc:1:78: error: 'aliases' must be array, not string (at /fields/0/aliases)\n"},
      {"no symbols", R"({"type":"enum","name":"E"})",
       "FL4004 s.avsc:1:1: error: an enum needs 'symbols'\n"},
      {"an empty list of symbols", R"({"type":"enum","name":"E","symbols":[]})",
       "FL4008 s.avsc:1:37: error: an enum needs a symbol (at /symbols)\n"},
      {"an empty symbol", R"({"type":"enum","name":"E","symbols":["A",""]})",
       std::string("FL4008 s.avsc:1:42: error: a symbol must be a name (at /symbols/1)") +
           kNameRule},
      {"a symbol twice", R"({"type":"enum","name":"E","symbols":["A","A"]})",
       "FL4009 s.avsc:1:42: error: the enum has the symbol 'A' twice (at /symbols/1)\n"},
      {"no size", R"({"type":"fixed","name":"F"})",
       "FL4004 s.avsc:1:1: error: a fixed needs 'size'\n"},
      {"a size below 0", R"({"type":"fixed","name":"F","size":-1})",
       "FL4008 s.avsc:1:35: error: a size is a whole number of bytes, 0 to 2147483647 (at "
       "/size)\n"},
      {"a size that is no whole number", R"({"type":"fixed","name":"F","size":1.5})",
       "FL4008 s.avsc:1:35: error: a size is a whole number of bytes, 0 to 2147483647 (at "
       "/size)\n"},
      {"a union in a union", R"(["int",["null"]])",
       "FL4008 s.avsc:1:8: error: a union may not hold a union (at /1) | write its types in the "
       "outer union\n"},
      {"one type twice in a union", R"(["int",{"type":"int","logicalType":"date"}])",
       "FL4008 s.avsc:1:8: error: a union may hold 'int' only once (at /1)\n"},
      {"two arrays in a union",
       R"([{"type":"array","items":"int"},{"type":"array","items":"long"}])",
       "FL4008 s.avsc:1:33: error: a union may hold 'array' only once (at /1)\n"},
      {"a named type twice in a union", R"([{"type":"fixed","name":"F","size":1},"F"])",
       "FL4008 s.avsc:1:39: error: a union may hold 'F' only once (at /1)\n"},
  });
}

TEST(AvroSchema, ReadsTheEntryOfARegistry) {
  const auto schema = load(R"({"id":7,"schema":"{\"type\": \"array\", \"items\": \"int\"}"})");
  ASSERT_TRUE(schema);
  EXPECT_EQ((*schema)[schema->root().type].kind, Kind::Array);
  EXPECT_TRUE(schema->tags().empty());

  expect_refused({
      {"a mistake in its schema", R"({"schema":"{\n\"type\": \"strin\"}"})",
       "FL4007 s.avsc#/schema:2:9: error: no type 'strin' is defined before this (at /type) | did "
       "you mean 'string'?\n"},
      {"another format", R"({"schema":"{}","schemaType":"JSON"})",
       "FL4006 s.avsc:1:29: error: the entry holds a schema that is not of Avro (at "
       "/schemaType)\n"},
      {"a schema that is no text", R"({"schema":{"type":"int"}})",
       "FL4006 s.avsc:1:11: error: 'schema' must be a text that holds the schema (at /schema)\n"},
      {"tags that are no paths", R"({"schema":"\"int\"","metadata":{"tags":["PII"]}})",
       "FL4006 s.avsc:1:40: error: 'metadata' must be an object whose 'tags' are at most 10000 "
       "paths (at /metadata/tags)\n"},
      {"a name twice in it", R"({"schema":"\"int\"","schema":"\"int\""})",
       "FL4009 s.avsc:1:21: error: this name stands twice in one object\n"},
  });
}

TEST(AvroSchema, TellsAllMistakesInOnePass) {
  const LoadedSchema loaded = load_schema(
      "s.avsc", record("\n{\"name\":\"x\",\"type\":\"in\"},\n{\"name\":\"y\"},\n{\"name\":\"z\","
                       "\"type\":{\"type\":\"array\",\"items\":\"flat\"}}"));

  EXPECT_EQ(loaded.schema, nullptr);
  EXPECT_EQ(problems_of(loaded),
            "FL4007 s.avsc:2:20: error: no type 'in' is defined before this (at /fields/0/type) | "
            "did you mean 'int'?\n"
            "FL4004 s.avsc:3:1: error: a field needs 'type' (at /fields/1)\n"
            "FL4007 s.avsc:4:44: error: no type 'flat' is defined before this (at "
            "/fields/2/type/items) | did you mean 'float'?\n");
}

TEST(AvroSchema, PointsAtBothDefinitionsOfAName) {
  const LoadedSchema loaded = load_schema(
      "s.avsc", R"([{"type":"fixed","name":"F","size":1},{"type":"fixed","name":"F","size":2}])");

  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  ASSERT_EQ(loaded.diagnostics[0].secondary.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].secondary[0].span.offset, 24U);
}

TEST(AvroSchema, ReadsEveryKindOfType) {
  const auto schema = load(record(R"(
    {"name":"nul","type":"null"}, {"name":"bool","type":"boolean"}, {"name":"int","type":"int"},
    {"name":"long","type":"long"}, {"name":"float","type":"float"},
    {"name":"double","type":"double"},
    {"name":"bytes","type":"bytes"}, {"name":"string","type":{"type":"string","x-pii":true}},
    {"name":"list","type":{"type":"array","items":"int"}},
    {"name":"map","type":{"type":"map","values":{"type":"array","items":"R"}}},
    {"name":"enum","type":{"type":"enum","name":"Suit","symbols":["SPADES","HEARTS"],
                           "default":"HEARTS"}},
    {"name":"fixed","type":{"type":"fixed","name":"other.Md5","size":16,
                            "aliases":["Hash","x.Sum"]}},
    {"name":"error","type":{"type":"error","name":"E","fields":[]}},
    {"name":"union","type":["null","string",{"type":"fixed","name":"Id","size":0},"E"]})"));
  ASSERT_TRUE(schema);

  const Type& root = (*schema)[schema->root().type];
  ASSERT_EQ(root.kind, Kind::Record);
  EXPECT_EQ(root.name, "a.b.R");
  ASSERT_EQ(root.fields.size(), 14U);
  const auto type = [&](size_t i) -> const Type& { return (*schema)[root.fields[i].type.type]; };
  for (size_t i = 0; i < kPrimitives; ++i) EXPECT_EQ(type(i).kind, static_cast<Kind>(i));
  EXPECT_FALSE(type(2).source) << "plain names share one type";
  EXPECT_TRUE(type(7).source);
  EXPECT_EQ(type(8).kind, Kind::Array);
  EXPECT_EQ((*schema)[type(8).parts.at(0).type].kind, Kind::Int);
  EXPECT_EQ(type(9).kind, Kind::Map);
  const Type& inner = (*schema)[type(9).parts.at(0).type];
  EXPECT_EQ(inner.parts.at(0).type, schema->root().type) << "a record may hold itself";
  EXPECT_EQ(type(10).kind, Kind::Enum);
  EXPECT_EQ(type(10).name, "a.b.Suit");
  EXPECT_EQ(type(10).symbols, (std::vector<std::string>{"SPADES", "HEARTS"}));
  EXPECT_EQ(type(10).default_symbol, 1U);
  EXPECT_EQ(type(11).kind, Kind::Fixed);
  EXPECT_EQ(type(11).size_bytes, 16U);
  EXPECT_EQ(type(11).aliases, (std::vector<std::string>{"other.Hash", "x.Sum"}));
  EXPECT_EQ(type(12).kind, Kind::Record);
  EXPECT_TRUE(type(12).is_error);
  ASSERT_EQ(type(13).parts.size(), 4U);
  EXPECT_EQ((*schema)[type(13).parts[2].type].size_bytes, 0U);
  EXPECT_EQ(type(13).parts[3].type, root.fields[12].type.type);
  EXPECT_EQ(schema->find("a.b.Suit"), root.fields[10].type.type);
  EXPECT_EQ(schema->find("Suit"), std::nullopt);
}

TEST(AvroSchema, ResolvesNamesInTheirNamespace) {
  const auto schema = load(R"({"type":"record","name":"Example","fields":[
    {"name":"inherits","type":{"type":"enum","name":"Simple","symbols":["a"]}},
    {"name":"own","type":{"type":"fixed","name":"Simple","namespace":"explicit","size":12}},
    {"name":"full","type":{"type":"record","name":"a.full.Name","namespace":"ignored","fields":[
      {"name":"below","type":{"type":"enum","name":"Deep","symbols":["d"]}},
      {"name":"none","type":{"type":"enum","name":"Bare","namespace":"","symbols":["d"]}},
      {"name":"near","type":"Deep"}, {"name":"far","type":"explicit.Simple"},
      {"name":"top","type":"Bare"}]}},
    {"name":"again","type":"Simple"},
    {"name":"with","type":{"type":"a.full.Deep","x-pii":true}}]})");
  ASSERT_TRUE(schema);

  const Type& root = (*schema)[schema->root().type];
  const auto name = [&](const Field& field) { return (*schema)[field.type.type].name; };
  EXPECT_EQ(name(root.fields[0]), "Simple");
  EXPECT_EQ(name(root.fields[1]), "explicit.Simple");
  EXPECT_EQ(name(root.fields[2]), "a.full.Name");
  EXPECT_EQ(name(root.fields[3]), "Simple");
  EXPECT_EQ(name(root.fields[4]), "a.full.Deep");
  EXPECT_TRUE(root.fields[4].type.source.find("x-pii")) << "what stands at the use is kept";
  const Type& inner = (*schema)[root.fields[2].type.type];
  EXPECT_EQ(name(inner.fields[0]), "a.full.Deep");
  EXPECT_EQ(name(inner.fields[1]), "Bare");
  EXPECT_EQ(name(inner.fields[2]), "a.full.Deep");
  EXPECT_EQ(name(inner.fields[3]), "explicit.Simple");
  EXPECT_EQ(name(inner.fields[4]), "Bare") << "nothing else could name it from here";
}

// The words of complex types are no reserved names.
TEST(AvroSchema, LetsATypeBeCalledRecord) {
  const auto schema = load(record(R"({"name":"x","type":{"type":"fixed","name":"record","size":1}},
    {"name":"y","type":"record"})"));
  ASSERT_TRUE(schema);

  const Type& root = (*schema)[schema->root().type];
  EXPECT_EQ(root.fields[0].type.type, root.fields[1].type.type);
}

TEST(AvroSchema, KeepsLogicalTypesThatFit) {
  using Logical = LogicalType::Kind;
  const struct {
    std::string type;
    Logical kind;
    std::string warning;
  } cases[] = {
      {R"("type":"bytes","logicalType":"decimal","precision":4,"scale":2)", Logical::Decimal, ""},
      {R"("type":"bytes","logicalType":"decimal","precision":4)", Logical::Decimal, ""},
      {R"("type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":4)",
       Logical::Decimal, ""},
      {R"("type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":5)", Logical::None,
       "so many bytes hold no decimal of this 'precision'"},
      {R"("type":"bytes","logicalType":"decimal")", Logical::None,
       "a decimal needs a 'precision' above 0"},
      {R"("type":"bytes","logicalType":"decimal","precision":2,"scale":3)", Logical::None,
       "the 'scale' of a decimal lies between 0 and its 'precision'"},
      {R"("type":"string","logicalType":"decimal","precision":2)", Logical::None,
       "the logical type 'decimal' does not fit this string"},
      {R"("type":"bytes","logicalType":"big-decimal")", Logical::BigDecimal, ""},
      {R"("type":"string","logicalType":"uuid")", Logical::Uuid, ""},
      {R"("type":"fixed","name":"F","size":16,"logicalType":"uuid")", Logical::Uuid, ""},
      {R"("type":"fixed","name":"F","size":15,"logicalType":"uuid")", Logical::None,
       "the logical type 'uuid' does not fit this fixed"},
      {R"("type":"int","logicalType":"date")", Logical::Date, ""},
      {R"("type":"int","logicalType":"time-millis")", Logical::TimeMillis, ""},
      {R"("type":"long","logicalType":"time-micros")", Logical::TimeMicros, ""},
      {R"("type":"long","logicalType":"timestamp-millis")", Logical::TimestampMillis, ""},
      {R"("type":"long","logicalType":"timestamp-nanos")", Logical::TimestampNanos, ""},
      {R"("type":"long","logicalType":"local-timestamp-micros")", Logical::LocalTimestampMicros,
       ""},
      {R"("type":"fixed","name":"F","size":12,"logicalType":"duration")", Logical::Duration, ""},
      {R"("type":"string","logicalType":"NVARCHAR","length":100)", Logical::None, ""},
      {R"("type":"string","logicalType":7)", Logical::None, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.type);

    const LoadedSchema loaded = load_schema("s.avsc", "{" + c.type + "}");

    ASSERT_NE(loaded.schema, nullptr) << problems_of(loaded);
    EXPECT_EQ((*loaded.schema)[loaded.schema->root().type].logical.kind, c.kind);
    ASSERT_EQ(loaded.diagnostics.size(), c.warning.empty() ? 0U : 1U);
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
      EXPECT_EQ(diagnostic.message, c.warning);
    }
  }
}

TEST(AvroSchema, SaysWhichDefaultsTheirTypesDoNotHave) {
  const struct {
    std::string type;
    std::vector<std::string> good;
    std::vector<std::string> bad;
  } cases[] = {
      {R"("null")", {"null"}, {"0", "\"null\""}},
      {R"("boolean")", {"true"}, {"0", "\"true\""}},
      {R"("int")", {"-2147483648", "1.0"}, {"2147483648", "1.5", "\"1\"", "null"}},
      {R"("long")", {"9223372036854775807"}, {"9223372036854775808", "true"}},
      {R"("double")", {"1", "1.5e300"}, {"\"NaN\""}},
      {R"("bytes")", {R"("")", R"("\u00ff\u0000")"}, {R"("\u0100")", "[]"}},
      {R"("string")", {R"("\u0100")"}, {"1"}},
      {R"({"type":"fixed","name":"F","size":2})", {R"("\u00ffa")"}, {R"("a")", R"("abc")"}},
      {R"({"type":"enum","name":"E","symbols":["A"]})", {R"("A")"}, {R"("B")", "0"}},
      {R"({"type":"array","items":"int"})", {"[]", "[1,2]"}, {"[1,\"2\"]", "{}"}},
      {R"({"type":"map","values":"int"})", {"{}", R"({"a":1})"}, {R"({"a":null})", "[]"}},
      {R"(["null","int"])", {"null", "7"}, {R"("7")"}},
      {R"({"type":"record","name":"I","fields":[{"name":"a","type":"int"},)"
       R"({"name":"b","type":"int","default":1}]})",
       {R"({"a":1})", R"({"a":1,"b":2})"},
       {R"({"b":2})", R"({"a":"1"})", "[]"}},
  };
  for (const auto& c : cases) {
    const auto load_with = [&](const std::string& value) {
      return load_schema("s.avsc", field(c.type + ",\"default\":" + value));
    };
    for (const std::string& value : c.good) {
      const LoadedSchema loaded = load_with(value);
      EXPECT_EQ(problems_of(loaded), "") << c.type << " " << value;
      ASSERT_TRUE(loaded.schema);
      EXPECT_TRUE((*loaded.schema)[loaded.schema->root().type].fields[0].default_value);
    }
    for (const std::string& value : c.bad) {
      const LoadedSchema loaded = load_with(value);
      EXPECT_TRUE(loaded.schema) << "data can be read all the same";
      ASSERT_EQ(loaded.diagnostics.size(), 1U) << c.type << " " << value;
      EXPECT_EQ(loaded.diagnostics[0].severity, DiagnosticSeverity::Warning);
      EXPECT_EQ(loaded.diagnostics[0].message, "the default of 'f' is no value of its type");
      EXPECT_EQ(loaded.diagnostics[0].notes, std::vector<std::string>{"at /fields/0/default"});
    }
  }
}

TEST(AvroSchema, WarnsOfAliasesThatAreNamesOfOthers) {
  const std::string text = record(R"({"name":"x","type":"int","aliases":["x","z"]},
{"name":"y","type":"int","aliases":["x","not a name"]},
{"name":"n","type":{"type":"fixed","name":"F","aliases":["R","F"],"size":1}})");

  const auto schema = load(
      text,
      "FL4009 s.avsc:2:1: warning: the alias 'x' is the name of another field (at /fields/1)\n"
      "FL4009 s.avsc:3:20: warning: the alias 'a.b.R' is a name of 'a.b.R' (at /fields/2/type)\n");

  EXPECT_TRUE(schema);
}

TEST(AvroSchema, WarnsOfADefaultThatIsNoSymbol) {
  const auto schema =
      load(R"({"type":"enum","name":"E","symbols":["A"],"default":"B"})",
           "FL4008 s.avsc:1:53: warning: the default is none of the symbols (at /default)\n");
  ASSERT_TRUE(schema);

  EXPECT_EQ((*schema)[schema->root().type].default_symbol, std::nullopt);
}

std::string nested_arrays(size_t depth) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += R"({"type":"array","items":)";
  text += "\"int\"";
  return text.append(depth, '}');
}

TEST(AvroSchema, EndsAtItsBounds) {
  EXPECT_TRUE(load_schema("s.avsc", nested_arrays(kSchemaDepth)).schema);
  const LoadedSchema deep = load_schema("s.avsc", nested_arrays(kSchemaDepth + 1));
  EXPECT_FALSE(deep.schema);
  ASSERT_EQ(deep.diagnostics.size(), 1U);
  EXPECT_EQ(deep.diagnostics[0].code, "FL4001");

  std::string many = "[";
  for (size_t i = 0; i < kTypesMax; ++i) {
    many += R"({"type":"fixed","size":1,"name":"F)" + std::to_string(i) + "\"},";
  }
  many.back() = ']';
  const LoadedSchema full = load_schema("s.avsc", many);
  EXPECT_FALSE(full.schema);
  ASSERT_EQ(full.diagnostics.size(), 1U);
  EXPECT_EQ(full.diagnostics[0].message, "the schema has more than 100000 types");

  const LoadedSchema large = load_schema("s.avsc", std::string(kSchemaBytes + 1, ' '));
  EXPECT_FALSE(large.schema);
  ASSERT_EQ(large.diagnostics.size(), 1U);
  EXPECT_EQ(large.diagnostics[0].code, "FL4000");

  std::string wrong = "[";
  for (size_t i = 0; i < 1000; ++i) wrong += "1,";
  wrong.back() = ']';
  EXPECT_EQ(load_schema("s.avsc", wrong).diagnostics.size(), 100U);
}

// Each of these is repeated with every type around or below it.
TEST(AvroSchema, RefusesNamesBeyondTheirBound) {
  const std::string longest(kNameBytesMax, 'n');
  const std::string longer = longest + "n";
  const std::string message = "a name has at most 1024 bytes, with its namespace";
  const auto fixed = [](const std::string& more) {
    return R"({"type":"fixed","size":1,)" + more + "}";
  };
  EXPECT_TRUE(load(fixed(R"("name":")" + longest + "\"")));
  EXPECT_TRUE(load(fixed(R"("name":"F","namespace":")" + longest.substr(2) + "\"")));
  EXPECT_TRUE(load(fixed(R"("name":"F","aliases":[")" + longest + "\"]")));
  const std::string cases[] = {
      fixed(R"("name":")" + longer + "\""),
      fixed(R"("name":"F","namespace":")" + longer + "\""),
      fixed(R"("name":"F","namespace":")" + longest.substr(1) + "\""),
      fixed(R"("name":"F","aliases":[")" + longer + "\"]"),
      "\"" + longer + "\"",
      record(R"({"name":")" + longer + R"(","type":"int"})"),
      record(R"({"name":"f","type":"int","aliases":[")" + longer + "\"]}"),
  };
  for (const std::string& text : cases) {
    SCOPED_TRACE(text.substr(0, 60));
    const LoadedSchema loaded = load_schema("s.avsc", text);
    EXPECT_FALSE(loaded.schema);
    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics[0].message, message);
  }
}

TEST(AvroSchema, RefusesTooManyAliases) {
  std::string aliases;
  for (size_t i = 0; i <= kAliasesMax; ++i) aliases += "\"a" + std::to_string(i) + "\",";
  aliases.pop_back();

  const LoadedSchema loaded =
      load_schema("s.avsc", record(R"({"name":"f","type":"int","aliases":[)" + aliases + "]}"));

  EXPECT_FALSE(loaded.schema);
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].message, "the schema has more than 100000 aliases");
}

TEST(AvroSchema, TheLargestFixedHoldsTheLargestDecimal) {
  const auto schema = load(R"({"type":"fixed","name":"F","size":2147483647,)"
                           R"("logicalType":"decimal","precision":2147483647})");
  ASSERT_TRUE(schema);

  EXPECT_EQ((*schema)[schema->root().type].logical.precision, 2147483647U);
}

// 20,000 defaults, each the last of 20,000 symbols but one letter, and a text of 4 MB that each of
// 20,000 types looks through.
TEST(AvroSchema, PaysForWhatADefaultIsComparedWith) {
  constexpr int kMany = 20'000;
  std::string symbols;
  std::string fields;
  std::string types;
  for (int i = 0; i < kMany; ++i) {
    symbols += "\"S" + std::to_string(100'000 + i) + "\",";
    fields += R"(,{"name":"f)" + std::to_string(i) + R"(","type":"E","default":"S999999"})";
    types += R"({"type":"fixed","size":1,"name":"T)" + std::to_string(i) + "\"},";
  }
  symbols.pop_back();
  types.pop_back();
  const auto begin = std::chrono::steady_clock::now();

  const LoadedSchema enums =
      load_schema("s.avsc", record(R"({"name":"e","type":{"type":"enum","name":"E","symbols":[)" +
                                   symbols + "]}}" + fields));
  const LoadedSchema texts = load_schema(
      "s.avsc", field("[" + types + R"(],"default":")" + std::string(4U << 20U, 'x') + "\""));

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  EXPECT_TRUE(enums.schema);
  EXPECT_TRUE(texts.schema);
  EXPECT_EQ(enums.diagnostics.size(), 100U);
}

// Two records that hold one another and a default that is wrong only at its bottom: to try every
// branch at every level would take 2^100 steps.
TEST(AvroSchema, ChecksADefaultInBoundedTime) {
  std::string value;
  for (int i = 0; i < 100; ++i) value += R"({"n":)";
  value += "\"x\"" + std::string(100, '}');
  const std::string text = R"({"type":"record","name":"A","fields":[{"name":"n","type":["null",)"
                           R"({"type":"record","name":"B","fields":[{"name":"n","type":["null",)"
                           R"("A","B"]}]},"A"],"default":)" +
                           value + "}]}";

  const LoadedSchema loaded = load_schema("s.avsc", text);

  EXPECT_TRUE(loaded.schema);
}

}  // namespace
}  // namespace faultline::contracts::avro

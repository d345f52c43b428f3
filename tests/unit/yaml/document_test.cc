// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/yaml/document.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace faultline::yaml {
namespace {

SourceFilePtr make_file(std::string text) {
  return std::make_shared<const SourceFile>("f.yaml", std::move(text));
}

// The tree as JSON-like text.
std::string dump(json::Value value) {
  switch (value.kind()) {
    case json::Kind::Null:
      return "null";
    case json::Kind::Bool:
      return value.boolean() ? "true" : "false";
    case json::Kind::Number:
      return std::string(value.number_text());
    case json::Kind::String:
      return fmt::format("\"{}\"", value.string());
    case json::Kind::Array: {
      std::string text;
      for (const auto element : value.elements()) text += (text.empty() ? "" : ",") + dump(element);
      return "[" + text + "]";
    }
    case json::Kind::Object: {
      std::string text;
      for (const auto& member : value.members()) {
        text += fmt::format("{}{}:{}", text.empty() ? "" : ",", member.name(), dump(member.value));
      }
      return "{" + text + "}";
    }
  }
  return "?";
}

std::string load_text(const std::string& text, const LoadOptions& options = {}) {
  const auto file = make_file(text);
  const auto document = load(file, options);
  if (document) return dump(document->root());
  std::string errors;
  for (const auto& d : document.error()) {
    errors += fmt::format("{} {}\n", d.code, render_diagnostic_short(d));
  }
  return errors;
}

TEST(Yaml, ReadsTheTreeOfADocument) {
  struct Case {
    std::string name;
    std::string text;
    std::string want;
  };
  const std::array cases{
      Case{"empty", "", "null"},
      Case{"only a comment", "# nothing\n", "null"},
      Case{"scalar", "hello\n", "\"hello\""},
      Case{"block", "a: 1\nb:\n  - x\n  - y: [1, {z: ~}]\n", "{a:1,b:[\"x\",{y:[1,{z:null}]}]}"},
      Case{"empty value", "a:\nb: \n", "{a:null,b:null}"},
      Case{"words of YAML 1.1", "a: off\nb: no\nc: on\nd: yes\n",
           "{a:\"off\",b:\"no\",c:\"on\",d:\"yes\"}"},
      Case{"quoted scalars are texts", "a: '5'\nb: \"true\"\nc: 'null'\nd: \"\"\n",
           "{a:\"5\",b:\"true\",c:\"null\",d:\"\"}"},
      Case{"leading zeros", "a: 012\n", "{a:12}"},
      Case{"tags", "a: !!str 5\nb: !!int \"5\"\nc: !other 5\n", "{a:\"5\",b:5,c:\"5\"}"},
      Case{"number keys", "200: ok\n1.5: x\n", "{200:\"ok\",1.5:\"x\"}"},
      Case{"block scalars", "a: |\n  x\n  y\nb: >-\n  x\n  y\nc: |\n  5\n",
           "{a:\"x\ny\n\",b:\"x y\",c:\"5\n\"}"},
      Case{"escapes", "a: \"x\\ty\\u00e9\\x41\"\n",
           "{a:\"x\ty\xC3\xA9"
           "A\"}"},
      Case{"folded plain", "a: one\n  two\n", "{a:\"one two\"}"},
      Case{"JSON with tabs",
           "{\n\t\"a\": [1,\n\t\t2.50],\n\t\"b\": {\"c\": null, \"d\": \"\\/\"}\n}\n",
           "{a:[1,2.50],b:{c:null,d:\"/\"}}"},
      Case{"byte order mark",
           "\xEF\xBB\xBF"
           "a: 1\n",
           "{a:1}"},
      Case{"line ends of Windows", "a: 1\r\nb: x\r\n", "{a:1,b:\"x\"}"},
      Case{"directive", "%YAML 1.2\n---\na: 1\n...\n", "{a:1}"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(load_text(c.text), c.want);
  }
}

TEST(Yaml, ResolvesAliasesAndMergeKeys) {
  struct Case {
    std::string name;
    std::string text;
    std::string want;
  };
  const std::array cases{
      Case{"alias", "a: &x {k: [1]}\nb: *x\nc: [*x, *x]\n",
           "{a:{k:[1]},b:{k:[1]},c:[{k:[1]},{k:[1]}]}"},
      Case{"alias of a scalar keeps its type", "a: &x 5\nb: *x\n", "{a:5,b:5}"},
      Case{"the last anchor of a name counts", "a: &x 1\nb: &x 2\nc: *x\n", "{a:1,b:2,c:2}"},
      Case{"merge", "a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", "{a:{p:1,q:2},b:{q:3,p:1}}"},
      Case{"merge list, earlier wins", "a: &x {p: 1}\nb: &y {p: 2, q: 2}\nc: {<<: [*x, *y]}\n",
           "{a:{p:1},b:{p:2,q:2},c:{p:1,q:2}}"},
      Case{"merge of a merge", "a: &x {p: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y, r: 3}\n",
           "{a:{p:1},b:{q:2,p:1},c:{r:3,q:2,p:1}}"},
      Case{"inline merge", "a: {<<: {p: 1}, q: 2}\n", "{a:{q:2,p:1}}"},
      Case{"quoted merge key is a key", "a: {'<<': 1}\n", "{a:{<<:1}}"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(load_text(c.text), c.want);
  }
}

TEST(Yaml, KnowsThePlaceOfEveryKeyAndValue) {
  const auto file = make_file(
      "run: { \"na me\": 'x y' }\nlist:\n  - 12\n  - &a k\n  - *a\ntext: |\n  body\nend:\n");
  const auto document = load(file);
  ASSERT_TRUE(document.has_value());
  const auto root = document->root();
  const auto source_of = [&file](json::Value value) {
    return std::string(file->text().substr(value.span().offset, value.span().length));
  };

  EXPECT_EQ(source_of((*root.members().begin()).key), "run");
  EXPECT_EQ(source_of(*root.find("run")), "{ \"na me\": 'x y' }");
  EXPECT_EQ(source_of((*root.find("run")->members().begin()).key), "\"na me\"");
  EXPECT_EQ(source_of(*root.find("run")->find("na me")), "'x y'");
  EXPECT_EQ(source_of(*root.find("list")->at(0)), "12");
  EXPECT_EQ(source_of(*root.find("list")->at(1)), "k");
  EXPECT_EQ(source_of(*root.find("list")->at(2)), "k");
  EXPECT_EQ(root.find("list")->at(2)->span().offset, root.find("list")->at(1)->span().offset);
  EXPECT_EQ(root.find("end")->span().length, 0U);
  EXPECT_EQ(file->position(root.find("end")->span().offset).line, 8U);
  // A block collection ends with its last member.
  EXPECT_EQ(
      file->position(root.find("list")->span().offset + root.find("list")->span().length).line, 5U);
}

TEST(Yaml, OutlivesItsSource) {
  auto file = make_file("a: hello world\nb: 12.50\n");
  auto document = load(file);
  ASSERT_TRUE(document.has_value());
  file.reset();

  EXPECT_EQ(dump(document->root()), "{a:\"hello world\",b:12.50}");
}

TEST(Yaml, ReportsErrorsWithTheirPlace) {
  struct Case {
    std::string name;
    std::string text;
    std::string want;
  };
  const std::array cases{
      Case{"bad indentation", "a: 1\n b: 2\n",
           "FL0001 f.yaml:1:4: error: invalid multiline plain key\n"},
      Case{"open quote", "a: \"x\n",
           "FL0001 f.yaml:1:5: error: double-quoted scalar without closing quote\n"},
      Case{"columns are code points", "\xC3\xA9: @x\n",
           "FL0001 f.yaml:1:4: error: plain scalar cannot start with '@'\n"},
      Case{"duplicate keys, each", "a: 1\nb: {c: 1, c: 2}\na: 3\n",
           "FL0002 f.yaml:2:11: error: duplicate key 'c'\nFL0002 f.yaml:3:1: error: duplicate key "
           "'a'\n"},
      Case{"quotes make no other key", "200: a\n'200': b\n",
           "FL0002 f.yaml:2:1: error: duplicate key '200'\n"},
      Case{"unknown alias", "a: *x\nb: *y\n",
           "FL0003 f.yaml:1:4: error: unknown alias '*x'\nFL0003 f.yaml:2:4: error: unknown alias "
           "'*y'\n"},
      Case{"alias in itself", "a: &x [*x]\n",
           "FL0003 f.yaml:1:8: error: alias '*x' contains itself\n"},
      Case{"merge in itself", "a: &x {<<: *x}\n",
           "FL0003 f.yaml:1:12: error: alias '*x' contains itself\n"},
      Case{"merge of a scalar", "a: {<<: 5}\n",
           "FL0003 f.yaml:1:9: error: a merge key needs a mapping\n"},
      Case{"two documents", "a: 1\n---\nb: 2\n",
           "FL0005 f.yaml:2:1: error: a second document begins here\n"},
      Case{"key that is a list", "? [a]\n: b\n",
           "FL0006 f.yaml:1:3: error: a key must be a plain text\n"},
      Case{"not UTF-8", "a: 1\nb: \xFF\n", "FL0007 f.yaml:2:4: error: the text is not UTF-8\n"},
      Case{"NUL", std::string("a: x\0y\n", 7),
           "FL0007 f.yaml:1:5: error: the text holds a NUL byte\n"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(load_text(c.text), c.want);
  }
}

TEST(Yaml, ShowsBothPlacesOfADuplicateKey) {
  const auto document = load(make_file("a: 1\na: 2\n"));
  ASSERT_FALSE(document.has_value());

  EXPECT_EQ(render_diagnostic(document.error().front()),
            "error[FL0002]: duplicate key 'a'\n"
            " --> f.yaml:2:1\n"
            "  |\n"
            "2 | a: 2\n"
            "  | ^ again here\n"
            " ::: f.yaml:1:1\n"
            "  |\n"
            "1 | a: 1\n"
            "  | - first here\n");
}

TEST(Yaml, HelpsWithBracesInFlowMappings) {
  struct Case {
    std::string text;
    std::string want;
  };
  const std::array cases{
      Case{"m: { path: /cart/{id}/x, k: 1 }\n",
           "error[FL0001]: missing comma in flow mapping\n"
           " --> f.yaml:1:12\n"
           "  |\n"
           "1 | m: { path: /cart/{id}/x, k: 1 }\n"
           "  |            ^^^^^^^^^^^^ braces cannot stand here without quotes\n"
           "help: quote the path, or write /cart/:id/x\n"
           " --> f.yaml:1:12\n"
           "1 | m: { path: /cart/:id/x, k: 1 }\n"},
      Case{"run: { seed: ${SEED} }\n",
           "error[FL0001]: missing comma in flow mapping\n"
           " --> f.yaml:1:14\n"
           "  |\n"
           "1 | run: { seed: ${SEED} }\n"
           "  |              ^^^^^^^ braces cannot stand here without quotes\n"
           "help: quote the value: \"${SEED}\"\n"
           " --> f.yaml:1:14\n"
           "1 | run: { seed: \"${SEED}\" }\n"}};
  for (const auto& c : cases) {
    const auto document = load(make_file(c.text));
    ASSERT_FALSE(document.has_value());
    ASSERT_EQ(document.error().size(), 1U);
    EXPECT_EQ(render_diagnostic(document.error().front()), c.want);
  }
}

TEST(Yaml, BoundsSizeAndDepth) {
  EXPECT_EQ(load_text("a: 12345\n", {.bytes_max = 8}),
            "FL0004 f.yaml:1:1: error: the file has 9 bytes, more than 8\n");
  EXPECT_EQ(load_text("[[1]]", {.depth_max = 2}), "[[1]]");
  EXPECT_EQ(load_text("[[[1]]]", {.depth_max = 2}),
            "FL0004 f.yaml:1:3: error: nested deeper than 2 levels\n");
  EXPECT_EQ(load_text(std::string(200000, '[')),
            "FL0004 f.yaml:1:129: error: nested deeper than 128 levels\n");
  // Aliases add up to a depth that the text itself does not have.
  EXPECT_EQ(load_text("a: &a [[1]]\nb: [[*a]]\n", {.depth_max = 4}),
            "FL0004 f.yaml:1:9: error: nested deeper than 4 levels\n");
}

TEST(Yaml, RefusesAliasBombs) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  std::string merges = "a0: &a0 {}\n";
  for (int i = 1; i < 12; ++i) {
    std::string nine;
    for (int j = 0; j < 9; ++j) nine += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
    bomb += fmt::format("a{}: &a{} [{}]\n", i, i, nine);
    merges += fmt::format("a{}: &a{} {{<<: [{}]}}\n", i, i, nine);
  }

  EXPECT_NE(load_text(bomb).find("error: aliases expand to more than 1000000 nodes"),
            std::string::npos);
  EXPECT_NE(load_text(merges).find("error: aliases expand to more than 1000000 nodes"),
            std::string::npos);
}

}  // namespace
}  // namespace faultline::yaml

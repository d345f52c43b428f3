// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::contracts {
namespace {

std::string problems_of(const LoadResult& result) {
  std::string text;
  for (const Diagnostic& diagnostic : result.diagnostics) {
    text += diagnostic.code + " " + render_diagnostic_short(diagnostic);
    if (!diagnostic.help.empty()) text += " | " + diagnostic.help;
    text += "\n";
  }
  return text;
}

struct Case {
  const char* name;
  const char* file;
  std::string text;
  std::string problems;
};

const std::string kHead = "openapi: 3.0.3\ninfo: { title: t, version: '1' }\n";
const std::string kHead31 = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\n";

/// A contract whose only schema is `schema`, on line 7.
std::string with_schema(const std::string& head, const std::string& schema) {
  return head +
         "paths:\n  /x:\n    get:\n      responses:\n        200: { description: ok, content:"
         " { application/json: { schema: " +
         schema + " } } }\n";
}

TEST(LoadOpenApi, RefusesWithTheExactPlaceAndReason) {
  const std::vector<Case> cases = {
      {"no openapi", "c.yaml", "info: {}\npaths: {}\n",
       "FL4002 c.yaml:1:1: error: this is no OpenAPI document: 'openapi' is missing | it begins "
       "with a line such as 'openapi: 3.0.3'\n"},
      {"an old version", "c.yaml", "swagger: '1.2'\npaths: {}\n",
       "FL4003 c.yaml:1:10: error: OpenAPI version '1.2' is not supported | 2.0, 3.0.x, 3.1.x and "
       "3.2.x are\n"},
      {"a version nobody speaks", "c.yaml", "openapi: 4.0.0\npaths: {}\n",
       "FL4003 c.yaml:1:10: error: OpenAPI version '4.0.0' is not supported | 2.0, 3.0.x, 3.1.x "
       "and 3.2.x are\n"},
      {"a version that is a number", "c.yaml", "openapi: 3.1\npaths: {}\n",
       "FL4003 c.yaml:1:10: error: 'openapi' must be a text such as '3.0.3'\n"},
      {"no paths", "c.yaml", kHead, "FL4004 c.yaml:1:1: error: the contract has no 'paths'\n"},
      {"paths of the wrong kind", "c.yaml", kHead + "paths: []\n",
       "FL4006 c.yaml:3:8: error: 'paths' must be object, not array\n"},
      {"not an object", "c.json", "[1]",
       "FL4006 c.json:1:1: error: the document must be object, not array\n"},
      {"no JSON", "c.json", "{\n  \"openapi\": 3.0.3\n}",
       "FL4001 c.json:2:17: error: expected ',' or '}'\n"},
      {"a name twice", "c.json", "{\"openapi\":\"3.0.3\",\n\"paths\":{},\"paths\":{}}",
       "FL4009 c.json:2:12: error: this name stands twice in one object\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);

    const LoadResult result = load_openapi(c.file, c.text);

    EXPECT_EQ(result.contract, nullptr);
    EXPECT_EQ(problems_of(result), c.problems);
  }
}

TEST(LoadOpenApi, KeepsTheRestWhenAPartIsWrong) {
  const std::vector<Case> cases = {
      {"a dangling reference", "c.yaml",
       with_schema(kHead, "{ $ref: '#/components/schemas/Pet' }") +
           "components: { schemas: { Pets: {} } }\n",
       "FL4005 c.yaml:7:80: warning: '#/components/schemas/Pet' leads nowhere | did you mean "
       "'Pets'?\n"},
      {"a reference in a circle", "c.yaml",
       kHead + "paths: { /x: { get: { responses: { 200: { $ref: '#/components/responses/A' } } } }"
               " }\ncomponents: { responses: { A: { $ref: '#/components/responses/A' } } }\n",
       "FL4005 c.yaml:3:41: warning: this reference leads back to itself\n"},
      {"a reference to something else", "c.yaml",
       kHead + "paths: { /x: { get: { parameters: [ { $ref: '#/x-p' } ], responses: { 200: { $ref: "
               "'#/info/title' } } } } }\nx-p: { type: string }\n",
       "FL4004 c.yaml:4:6: warning: a parameter needs a 'name' and an 'in'\n"
       "FL4006 c.yaml:2:16: warning: a response must be object, not string\n"},
      {"an unknown type", "c.yaml", with_schema(kHead, "{ type: strin }"),
       "FL4007 c.yaml:7:80: warning: unknown type 'strin' | did you mean 'string'?\n"},
      {"null as a bare word", "c.yaml", with_schema(kHead31, "{ type: [string, null] }"),
       "FL4007 c.yaml:7:89: warning: a type must be a text | write the type in quotes: 'null'\n"},
      {"a list of types in 3.0", "c.yaml", with_schema(kHead, "{ type: [string, integer] }"),
       "FL4008 c.yaml:7:80: warning: 'type' must be one text in OpenAPI 3.0 | lists of types need "
       "'openapi: 3.1.0'\n"},
      {"null in 3.0", "c.yaml", with_schema(kHead, "{ type: 'null' }"),
       "FL4007 c.yaml:7:80: warning: OpenAPI 3.0 has no type 'null' | use 'nullable: true' beside "
       "another type\n"},
      {"values of the wrong kind, all in one pass", "c.yaml",
       with_schema(kHead31,
                   "{ minLength: '5', minItems: -1, maximum: ten, pattern: 5, required: "
                   "true, enum: x, multipleOf: 0, items: [], allOf: [], exclusiveMinimum: "
                   "true }"),
       "FL4008 c.yaml:7:85: warning: 'minLength' must be a whole number of at least 0\n"
       "FL4008 c.yaml:7:100: warning: 'minItems' must be a whole number of at least 0\n"
       "FL4008 c.yaml:7:113: warning: 'maximum' must be a number\n"
       "FL4008 c.yaml:7:127: warning: 'pattern' must be string\n"
       "FL4008 c.yaml:7:140: warning: 'required' must be a list of property names | name the "
       "property"
       " in the 'required' list of the object that has it\n"
       "FL4008 c.yaml:7:152: warning: 'enum' must be array\n"
       "FL4008 c.yaml:7:167: warning: 'multipleOf' must be greater than 0\n"
       "FL4008 c.yaml:7:177: warning: 'items' must be one schema | a schema for each position is "
       "written as 'prefixItems' in OpenAPI 3.1\n"
       "FL4008 c.yaml:7:188: warning: 'allOf' must be a list of at least one schema\n"
       "FL4008 c.yaml:7:210: warning: 'exclusiveMinimum' must be a number in OpenAPI 3.1\n"},
      {"a schema of the wrong kind", "c.yaml", with_schema(kHead, "Pet"),
       "FL4006 c.yaml:7:72: warning: a schema must be an object, not string\n"},
      {"an exclusive number in 3.0", "c.yaml", with_schema(kHead, "{ exclusiveMinimum: 5 }"),
       "FL4008 c.yaml:7:92: warning: 'exclusiveMinimum' must be true or false in OpenAPI 3.0\n"},
      {"paths, methods and codes", "c.yaml",
       kHead + "paths:\n  pets: {}\n  /a{b: {}\n  /c:\n    fetch: {}\n    get:\n      responses:\n"
               "        4xx: { description: x }\n        200: text\n",
       "FL4010 c.yaml:4:3: warning: 'pets' is no path: a path begins with '/'\n"
       "FL4010 c.yaml:5:3: warning: '/a{b' is no path: braces do not match\n"
       "FL4011 c.yaml:7:5: warning: unknown method 'fetch'\n"
       "FL4011 c.yaml:10:9: warning: '4xx' is no status code | use a code such as 200, a range "
       "such "
       "as 4XX, or default\n"
       "FL4006 c.yaml:11:14: warning: a response must be object, not string\n"},
      {"parameters", "c.yaml",
       kHead + "paths:\n  /c:\n    get:\n      responses: {}\n      parameters:\n"
               "        - { name: a }\n        - { name: b, in: qurey }\n"
               "        - { name: c, in: query, style: fancy, schema: {} }\n"
               "        - { name: d, in: query, required: 'yes', schema: {} }\n",
       "FL4004 c.yaml:8:11: warning: a parameter needs a 'name' and an 'in'\n"
       "FL4011 c.yaml:9:26: warning: 'in' must be path, query, header or cookie | did you mean "
       "'query'?\n"
       "FL4011 c.yaml:10:40: warning: unknown style 'fancy'\n"
       "FL4006 c.yaml:11:43: warning: 'required' must be boolean, not string\n"},
      {"a media type", "c.yaml",
       kHead + "paths:\n  /c:\n    post:\n      requestBody: { content: { json: {} } }\n"
               "      responses: {}\n",
       "FL4011 c.yaml:6:33: warning: 'json' is no media type\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);

    const LoadResult result = load_openapi(c.file, c.text);

    ASSERT_NE(result.contract, nullptr) << problems_of(result);
    EXPECT_EQ(problems_of(result), c.problems);
    for (const Diagnostic& diagnostic : result.diagnostics) {
      EXPECT_TRUE(is_contract_error(diagnostic)) << diagnostic.code;
    }
  }
}

TEST(LoadOpenApi, WhatIsWrongIsUnverifiableByNameAndTheRestIsChecked) {
  const auto contract = must_load("c.yaml", R"(openapi: 3.0.3
info: { title: t, version: "1" }
paths:
  /good: { get: { responses: { "200": { description: ok, content: { application/json: { schema:
    { $ref: "#/components/schemas/Good" } } } } } } }
  /schema: { get: { responses: { "200": { description: ok, content: { application/json: { schema:
    { $ref: "#/components/schemas/Bad" } } } } } } }
  /lost: { get: { responses: { "200": { description: ok, content: { application/json: { schema:
    { $ref: "#/components/schemas/Lost" } } } } } } }
  /operation: { get: { responses: { 2xx: { description: ok } } } }
  slash: { get: { responses: { "200": { description: ok } } } }
components: { schemas: { Good: { type: integer }, Bad: { type: intger } } }
)");
  const auto reasons = [&](std::string_view target) {
    return reasons_of(contract->check(json_response(target, 200, "\"x\"")));
  };

  EXPECT_EQ(contract->check(json_response("/good", 200, "\"x\"")).verdict, Verdict::Violates);
  EXPECT_EQ(reasons("/schema"), std::vector<std::string>{"contract-error:FL4007"});
  EXPECT_EQ(reasons("/lost"), std::vector<std::string>{"reference:#/components/schemas/Lost"});
  EXPECT_EQ(reasons("/operation"), std::vector<std::string>{"contract-error"});
  EXPECT_EQ(reasons("/slash"), std::vector<std::string>{"contract-error"});
  const auto operations = contract->operations();
  ASSERT_EQ(operations.size(), 4U);
  EXPECT_TRUE(operations[0].not_checked.empty());
  EXPECT_EQ(operations[1].not_checked, std::vector<std::string>{"contract-error:FL4007"});
  EXPECT_EQ(operations[2].not_checked,
            std::vector<std::string>{"reference:#/components/schemas/Lost"});
  EXPECT_EQ(operations[3].not_checked, std::vector<std::string>{"contract-error"});
}

TEST(LoadOpenApi, KeepsWarningsWithTheContract) {
  const std::vector<Case> cases = {
      {"a pattern", "c.yaml", with_schema(kHead, "{ type: string, pattern: '(?=x)' }"),
       "FL4102 c.yaml:7:97: warning: this pattern is not checked\n"},
      {"keywords", "c.yaml", with_schema(kHead, "{ const: 1 }"),
       "FL4101 c.yaml:7:74: warning: 'const' is not checked\n"},
      {"nullable without type", "c.yaml",
       with_schema(kHead, "{ nullable: true, allOf: [ { type: string } ] }"),
       "FL4104 c.yaml:7:74: warning: 'nullable' has no effect here | 'nullable' counts only beside "
       "'type' in the same schema\n"},
      {"nullable in 3.1", "c.yaml", with_schema(kHead31, "{ type: string, nullable: true }"),
       "FL4104 c.yaml:7:88: warning: 'nullable' has no effect here | OpenAPI 3.1 says it in the "
       "type: [..., 'null']\n"},
      {"ambiguous paths", "c.yaml",
       kHead +
           "paths:\n  /{entity}/me: { get: { parameters: [ { name: entity, in: path, schema: {}"
           " } ], responses: {} } }\n  /books/{id}: { get: { parameters: [ { name: id, in: path,"
           " schema: {} } ], responses: {} } }\n",
       "FL4103 c.yaml:5:3: warning: '/books/{id}' and '/{entity}/me' fit the same requests\n"},
      {"the same shape", "c.yaml",
       kHead + "paths:\n  /p/{a}: { get: { parameters: [ { name: a, in: path, schema: {} } ], "
               "responses: {} } }\n  /p/{b}: { get: { parameters: [ { name: b, in: path, schema: {}"
               " } ], responses: {} } }\n",
       "FL4103 c.yaml:5:13: warning: 'GET /p/{b}' has the shape of a path above\n"},
      {"path parameters", "c.yaml",
       kHead + "paths:\n  /p/{a}: { get: { parameters: [ { name: b, in: path, schema: {} } ], "
               "responses: {} } }\n",
       "FL4010 c.yaml:4:13: warning: '{a}' is not described | add a parameter with 'in: path' and "
       "this name\nFL4010 c.yaml:4:34: warning: the path has no '{b}'\n"},
      {"two servers of one shape", "c.yaml",
       kHead + "servers: [ { url: 'https://a/{v}', variables: { v: { default: v1 } } }, { url: "
               "'https://b/{w}', variables: { w: { default: v1 } } } ]\npaths:\n  /x: { get: { "
               "responses: {} } }\n",
       ""},
      {"a variable that nobody describes", "c.yaml",
       kHead + "servers: [ { url: 'https://{h}/{a}/{b}', variables: { h: { default: x }, b: { "
               "default: y } } } ]\npaths:\n  /x: { get: { responses: {} }, put: { responses: {} } "
               "}\n",
       "FL4010 c.yaml:3:19: warning: '{a}' is not described | add a variable of this name to the "
       "server\n"},
      {"a parameter twice", "c.yaml",
       kHead + "paths:\n  /x:\n    parameters: [ { name: a, in: query, schema: {} } ]\n    get:\n"
               "      parameters:\n        - { name: a, in: query, schema: {} }\n"
               "        - { name: A, in: query, schema: {} }\n"
               "        - { name: a, in: query, schema: {} }\n      responses: {}\n",
       "FL4104 c.yaml:10:11: warning: 'a' is described twice in this list\n"},
      {"something beside the reference of a path", "c.yaml",
       kHead31 + "paths:\n  /x: { $ref: '#/components/pathItems/X', summary: s }\ncomponents: { "
                 "pathItems: { X: { get: { responses: {} } } } }\n",
       "FL4104 c.yaml:4:3: warning: what stands beside this '$ref' has no effect\n"},
      {"calls the other way", "c.yaml",
       kHead31 + "webhooks: { news: { post: {} } }\npaths:\n  /x:\n    get:\n      callbacks: { "
                 "done: { '{$request.query.url}': { post: {} } } }\n      responses: {}\n",
       "FL4101 c.yaml:3:11: warning: 'webhooks' are not checked\n"
       "FL4101 c.yaml:7:18: warning: 'callbacks' are not checked\n"},
      {"a closed branch", "c.yaml",
       with_schema(kHead,
                   "{ allOf: [ { properties: { a: {}, x1: {} }, additionalProperties: false }, { "
                   "properties: { a: {}, b: {} } } ] }"),
       "FL4106 c.yaml:7:83: warning: this part of 'allOf' forbids 'b', which another one describes "
       "| 'additionalProperties: false' knows the properties of its own schema only\n"},
      {"a closed schema around open ones", "c.yaml",
       with_schema(kHead31,
                   "{ additionalProperties: false, allOf: [ { properties: { a: {} } } ] }"),
       "FL4106 c.yaml:7:72: warning: this part of 'allOf' forbids 'a', which another one describes "
       "| 'unevaluatedProperties: false' beside 'allOf' knows those of all parts\n"},
      {"a closed branch that knows the others", "c.yaml",
       with_schema(kHead31,
                   "{ allOf: [ { properties: { a: {} }, patternProperties: { '^b': {} }, "
                   "additionalProperties: false }, { properties: { a: {}, b1: {} } }, { required: "
                   "[ c ] } ] }"),
       ""},
      {"a dialect", "c.yaml",
       kHead31 + "jsonSchemaDialect: https://example.com/dialect\npaths: {}\n",
       "FL4101 c.yaml:3:20: warning: this dialect is not supported\n"},
      {"no paths in 3.1", "c.yaml", kHead31 + "webhooks: {}\n",
       "FL4004 c.yaml:1:1: warning: the contract has no 'paths': it describes no operation\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);

    const LoadResult result = load_openapi(c.file, c.text);

    ASSERT_NE(result.contract, nullptr) << problems_of(result);
    EXPECT_EQ(problems_of(result), c.problems);
    EXPECT_EQ(result.contract->load_warnings().size(), result.diagnostics.size());
  }
}

TEST(LoadOpenApi, ReportsYamlErrorsWithTheirPlace) {
  const LoadResult result = load_openapi("c.yaml", "openapi: 3.0.3\npaths: {\n");

  EXPECT_EQ(result.contract, nullptr);
  ASSERT_FALSE(result.diagnostics.empty());
  ASSERT_NE(result.diagnostics[0].file, nullptr);
  EXPECT_EQ(result.diagnostics[0].file->name(), "c.yaml");
}

TEST(LoadOpenApi, ReadsYamlInFlowStyleToo) {
  EXPECT_NE(load_openapi("c.yaml", "{openapi: 3.0.3, info: {}, paths: {}}").contract, nullptr);
}

TEST(LoadOpenApi, AnUnsupportedDialectMakesEveryBodyUnverifiable) {
  const auto contract =
      must_load("c.yaml", with_schema(kHead31 + "jsonSchemaDialect: https://example.com/dialect\n",
                                      "{ type: integer }"));

  const auto result = contract->check(json_response("/x", 200, "1"));

  EXPECT_EQ(result.verdict, Verdict::Unverifiable);
  EXPECT_EQ(reasons_of(result), std::vector<std::string>{"keyword:jsonSchemaDialect"});
}

}  // namespace
}  // namespace faultline::contracts

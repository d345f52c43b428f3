// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace faultline::cli {
namespace {

constexpr std::string_view kContract = R"(openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /pets:
    get:
      responses:
        "200":
          description: ok
          content: { application/json: { schema: { $ref: "pet.yaml#/Pet" } } }
    post:
      requestBody: { content: { application/xml: { schema: { type: object } } } }
      responses: { "200": { description: ok } }
  /lost:
    get: { responses: { "200": { $ref: "#/components/responses/None" } } }
)";

TEST(ContractLint, SaysNothingOfAGoodContract) {
  CliWorld world;
  const std::string file = world.write(
      "good.yaml",
      "openapi: 3.1.0\npaths: { /x: { get: { responses: { 200: { description: ok } } } } }\n");

  const Ran ran = world.run({"contract", "lint", file});

  EXPECT_EQ(ran.code, kDone);
  EXPECT_EQ(ran.err, file + ": 0 errors, 0 warnings\n");
}

TEST(ContractLint, PointsAtEveryError) {
  CliWorld world;
  const std::string file = world.write("bad.yaml", std::string(kContract));

  const Ran ran = world.run({"contract", "lint", file});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_NE(ran.err.find("error[FL4005]"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find(file + ":14:40"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("'pet.yaml#/Pet' is"), std::string::npos) << ran.err;
}

TEST(ContractLint, RefusesWhatIsNoContract) {
  CliWorld world;
  const std::string file = world.write("none.yaml", "title: none\n");

  const Ran ran = world.run({"contract", "lint", file});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_NE(ran.err.find(file + ":1:1"), std::string::npos) << ran.err;
  EXPECT_EQ(world.run({"contract", "lint", world.path("absent.yaml")}).code, kUsage);
}

TEST(ContractLint, WritesJson) {
  CliWorld world;
  const std::string file = world.write("bad.yaml", std::string(kContract));

  const Ran ran = world.run({"contract", "lint", "--json", file});

  const auto problems = nlohmann::json::parse(ran.out)["problems"];
  ASSERT_FALSE(problems.empty());
  bool has_error = false;
  for (const auto& problem : problems) has_error = has_error || problem["severity"] == "error";
  EXPECT_TRUE(has_error) << ran.out;
}

TEST(ContractList, TellsOperationsAndWhatIsNotChecked) {
  CliWorld world;
  const std::string file = world.write("pets.yaml", std::string(kContract));
  static_cast<void>(world.write("pet.yaml", "Pet: { type: object }\n"));

  const Ran ran = world.run({"contract", "list", file});

  EXPECT_EQ(ran.code, kDone);
  EXPECT_EQ(ran.out, "GET /pets   " + file + ":5  checked\n" + "POST /pets  " + file +
                         ":10  not checked: media-type:application/xml\n" + "GET /lost   " + file +
                         ":14  not checked: reference:#/components/responses/None\n");
  EXPECT_EQ(ran.err, file + ": openapi 3.1.0, 3 operations, 1 fully checkable\n");
}

TEST(ContractList, TellsOfPartsAndTextsThatAreNotRead) {
  CliWorld world;
  const std::string file = world.write("parts.yaml", R"(openapi: 3.1.0
paths:
  /x:
    post:
      requestBody:
        content:
          multipart/form-data:
            schema: { properties: { doc: { type: object }, note: { type: string } } }
            encoding: { doc: { contentType: application/xml }, note: { contentType: text/xml } }
          text/csv: { schema: { type: array } }
          text/plain: { schema: { type: integer } }
      responses: { "200": { description: ok } }
)");

  EXPECT_EQ(
      world.run({"contract", "list", file}).out,
      "POST /x  " + file + ":4  not checked: media-type:application/xml media-type:text/csv\n");
}

TEST(ContractList, WritesJson) {
  CliWorld world;
  const std::string file = world.write("pets.yaml", std::string(kContract));

  const Ran ran = world.run({"contract", "list", "--json", file});

  const auto operations = nlohmann::json::parse(ran.out)["operations"];
  ASSERT_EQ(operations.size(), 3U);
  EXPECT_EQ(operations[0]["operation"], "GET /pets");
  EXPECT_EQ(operations[0]["not_checked"][0], "reference:pet.yaml#/Pet");
  EXPECT_EQ(operations[1]["line"], 10);
}

}  // namespace
}  // namespace faultline::cli

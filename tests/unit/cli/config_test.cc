// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/schema.h"
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace faultline::cli {
namespace {

constexpr std::string_view kGood = R"(version: 1
run: { name: good, seed: 7 }
listeners:
  - { name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:9 }
)";

// Three errors: two unknown keys and an unknown listener.
constexpr std::string_view kBad = R"(version: 1
run: { nam: x }
listeners:
  - { name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:9 }
rules:
  - { name: r, fault: { latncy: { fixed: 1s } } }
  - { name: s, match: { listener: shopp }, fault: { drop: {} } }
)";

TEST(Config, WhatInitWritesIsValidAndShowIsAFixedPoint) {
  CliWorld world;
  const std::string file = world.path("faultline.yaml");

  const Ran init = world.run({"config", "init", file});
  EXPECT_EQ(init.code, kDone);
  EXPECT_EQ(init.err, "wrote " + file + "\nnext: faultline config validate " + file + "\n");
  const Ran validate = world.run({"config", "validate", file});
  EXPECT_EQ(validate.code, kDone);
  EXPECT_EQ(validate.err, file + ": ok\n");
  EXPECT_EQ(validate.out, "");
  const Ran shown = world.run({"config", "show", file});
  EXPECT_EQ(shown.code, kDone);
  EXPECT_TRUE(shown.out.starts_with("version: 1\nrun:\n")) << shown.out;
  const Ran again = world.run({"config", "show", world.write("shown.yaml", shown.out)});

  EXPECT_EQ(again.out, shown.out);
}

// A screen ends up in logs of builds and in tickets.
TEST(Config, ShowPrintsNoValueThatMustNotBeSeen) {
  CliWorld world;
  const std::string file = world.write("faultline.yaml", R"(version: 1
listeners: [{ name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:9 }]
redaction: { known: [hunter2-hunter2], canaries: [canary-3f9a], dictionary: [moonbase] }
)");

  const Ran shown = world.run({"config", "show", file});

  EXPECT_EQ(shown.code, kDone) << shown.err;
  EXPECT_TRUE(shown.out.starts_with("version: 1\nrun:\n")) << shown.out;
  for (const std::string_view hidden : {"hunter2", "canary-3f9a", "moonbase"}) {
    EXPECT_EQ(shown.out.find(hidden), std::string::npos) << hidden;
  }
}

TEST(Config, InitWritesToStandardOutputWithoutAFile) {
  CliWorld world;
  const std::string file = world.path("faultline.yaml");
  static_cast<void>(world.run({"config", "init", file}));

  for (const auto& arguments :
       {std::vector<std::string>{"config", "init"}, {"config", "init", "-"}}) {
    const Ran ran = world.run(arguments);
    EXPECT_EQ(ran.code, kDone);
    EXPECT_EQ(ran.out, world.read(file));
    EXPECT_EQ(ran.err, "");
  }
}

TEST(Config, InitNeverOverwrites) {
  CliWorld world;
  const std::string file = world.write("faultline.yaml", "mine\n");

  const Ran ran = world.run({"config", "init", file});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.err, "error: " + file + " exists already; nothing was changed\n");
  EXPECT_EQ(world.read(file), "mine\n");
}

TEST(Config, InitIntoAFolderThatIsNotThereIsAnErrorOfTheEnvironment) {
  CliWorld world;
  const std::string file = world.path("none/faultline.yaml");

  const Ran ran = world.run({"config", "init", file});

  EXPECT_EQ(ran.code, kEnvironment);
  EXPECT_EQ(ran.err, "error: cannot write " + file + "\n");
}

TEST(Config, SchemaIsTheJsonSchemaOfTheFile) {
  CliWorld world;
  const Ran ran = world.run({"config", "schema"});

  EXPECT_EQ(ran.code, kDone);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out, rules::config_json_schema());
  EXPECT_TRUE(nlohmann::json::parse(ran.out, nullptr, false).contains("$schema"));
}

TEST(Config, ValidateTellsAllErrorsAtOnceWithPlaceAndHelp) {
  CliWorld world;
  const std::string file = world.write("bad.yaml", kBad);

  const Ran ran = world.run({"config", "validate", file});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(
      ran.err.starts_with("error[FL0104]: unknown key 'nam' in run\n"
                          " --> " +
                          file +
                          ":2:8\n"
                          "  |\n"
                          "2 | run: { nam: x }\n"
                          "  |        ^^^ not a key of run\n"))
      << ran.err;
  for (const std::string place : {":2:8", ":6:25", ":7:35"}) {
    EXPECT_NE(ran.err.find(" --> " + file + place + "\n"), std::string::npos) << place;
  }
  for (const char* help :
       {"did you mean 'name'?", "did you mean 'latency'?", "did you mean 'shop'?"}) {
    EXPECT_NE(ran.err.find(help), std::string::npos) << help;
  }
  EXPECT_NE(ran.err.find("\n3 errors in " + file + "; "), std::string::npos) << ran.err;
}

TEST(Config, ValidateTellsThemInOneLineEach) {
  CliWorld world;
  const std::string file = world.write("bad.yaml", kBad);

  const Ran ran = world.run({"config", "validate", "--format", "short", file});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.out, file + ":2:8: error: unknown key 'nam' in run\n" + file +
                         ":6:25: error: unknown key 'latncy' in fault\n" + file +
                         ":7:35: error: unknown listener 'shopp'\n");
}

TEST(Config, ValidateTellsThemToPrograms) {
  CliWorld world;
  const std::string file = world.write("bad.yaml", kBad);

  const Ran ran = world.run({"config", "validate", "--format", "json", file});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.err, "");
  const auto list = nlohmann::json::parse(ran.out, nullptr, false);
  ASSERT_TRUE(list.is_array()) << ran.out;
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].at("code"), "FL0104");
  EXPECT_EQ(list[1].at("range").at("start"), nlohmann::json({{"line", 6}, {"col", 25}}));
  EXPECT_EQ(list[2].at("help").at("replacement"), "shop");
}

TEST(Config, AGoodFileIsAnEmptyListForPrograms) {
  CliWorld world;
  const std::string file = world.write("good.yaml", kGood);

  EXPECT_EQ(world.run({"config", "validate", "--format", "json", file}).out, "[]\n");
  EXPECT_EQ(world.run({"config", "validate", "--format", "short", file}).out, "");
  EXPECT_EQ(world.run({"config", "validate", "--format", "short", file}).code, kDone);
}

TEST(Config, AFileThatCannotBeReadIsExitTwo) {
  CliWorld world;
  for (const char* verb : {"validate", "show"}) {
    const Ran ran = world.run({"config", verb, world.path("none.yaml")});
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_EQ(ran.err,
              "error: cannot read " + world.path("none.yaml") + ": No such file or directory\n");
  }
  const Ran folder = world.run({"config", "validate", world.path("")});
  EXPECT_EQ(folder.code, kUsage);
  EXPECT_EQ(folder.err, "error: cannot read " + world.path("") + ": Is a directory\n");
}

TEST(Config, AContractThatCannotBeReadIsNamedWhereTheFileNamesIt) {
  CliWorld world;
  const std::string file = world.write("f.yaml", R"(version: 1
listeners:
  - name: shop
    listen: 127.0.0.1:0
    upstream: http://127.0.0.1:9
    contracts: [ ./none.yaml ]
)");
  for (const auto& arguments :
       {std::vector<std::string>{"config", "validate", file}, {"run", "-c", file}}) {
    const Ran ran = world.run(arguments);
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_TRUE(ran.err.starts_with("error[FL4000]: cannot read " + world.path("none.yaml") +
                                    ": No such file or directory\n --> " + file + ":6:18\n"))
        << ran.err;
  }
}

TEST(Config, AContractThatIsWrongIsNamedInItsOwnFile) {
  CliWorld world;
  const std::string contract =
      world.write("c.yaml", "openapi: 3.0.3\ninfo: { title: t, version: '1' }\npaths: []\n");
  const std::string file = world.write("f.yaml", R"(version: 1
listeners:
  - { name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:9, contracts: [ c.yaml ] }
)");

  const Ran ran = world.run({"config", "validate", "--format", "short", file});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_TRUE(ran.out.starts_with(contract + ":3:8: error: ")) << ran.out;
}

TEST(Config, QuietSaysWhatIsWrongAndNothingElse) {
  CliWorld world;
  const std::string good = world.write("good.yaml", kGood);
  const std::string bad = world.write("bad.yaml", kBad);

  EXPECT_EQ(world.run({"-q", "config", "validate", good}).err, "");
  EXPECT_EQ(world.run({"config", "validate", good, "--quiet"}).err, "");
  EXPECT_EQ(world.run({"-q", "config", "validate", bad}).err,
            world.run({"config", "validate", bad}).err);
  EXPECT_EQ(world.run({"-q", "config", "validate", world.path("none")}).err,
            "error: cannot read " + world.path("none") + ": No such file or directory\n");
}

TEST(Config, ColoursOnlyWhereItIsToldTo) {
  CliWorld world;
  const std::string bad = world.write("bad.yaml", kBad);
  const auto has_escapes = [](const Ran& ran) {
    return (ran.out + ran.err).find('\x1b') != std::string::npos;
  };

  EXPECT_FALSE(has_escapes(world.run({"config", "validate", bad})));
  EXPECT_FALSE(has_escapes(world.run({"--color", "never", "config", "validate", bad})));
  EXPECT_TRUE(has_escapes(world.run({"--color", "always", "config", "validate", bad})));
  EXPECT_TRUE(has_escapes(world.run({"config", "validate", bad, "--color=always"})));
}

}  // namespace
}  // namespace faultline::cli

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/environment.h"
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace faultline::cli {
namespace {

using Words = std::vector<std::string>;

std::string text_of(const Words& words) {
  std::string text = "faultline";
  for (const auto& word : words) text += " " + word;
  return text;
}

TEST(Usage, TellsWhatIsWrongAndWhatWasMeant) {
  struct Case {
    Words arguments;
    std::string err;
  };
  const Case cases[] = {
      {{"chekc"}, "error: unknown command 'chekc'\nhelp: did you mean 'check'?\n"},
      {{"frobnicate"}, "error: unknown command 'frobnicate'\n"},
      {{"-q", "rnu"}, "error: unknown command 'rnu'\nhelp: did you mean 'run'?\n"},
      {{"--color", "never", "rnu"}, "error: unknown command 'rnu'\nhelp: did you mean 'run'?\n"},
      {{"run", "--upstrem", "http://127.0.0.1:1"},
       "error: unknown option '--upstrem'\nhelp: did you mean '--upstream'?\n"},
      {{"run", "--upstrem=http://127.0.0.1:1"},
       "error: unknown option '--upstrem'\nhelp: did you mean '--upstream'?\n"},
      {{"run", "--frobnicate"}, "error: unknown option '--frobnicate'\n"},
      {{"run", "--colr", "never"},
       "error: unknown option '--colr'\nhelp: did you mean '--color'?\n"},
      {{"--versoin"}, "error: unknown option '--versoin'\nhelp: did you mean '--version'?\n"},
      {{"config", "vaildate", "x.yaml"},
       "error: unknown command 'vaildate'\nhelp: did you mean 'validate'?\n"},
      {{"config", "validate", "x.yaml", "--formt", "json"},
       "error: unknown option '--formt'\nhelp: did you mean '--format'?\n"},
      {{"help", "chekc"}, "error: unknown command 'chekc'\nhelp: did you mean 'check'?\n"},
      {{"help", "config", "inti"}, "error: unknown command 'inti'\nhelp: did you mean 'init'?\n"},
      {{"run", "--color", "purple"},
       "error: --color: purple not in {auto,always,never}\nhelp: faultline help run\n"},
      {{"config", "validate"}, "error: file is required\nhelp: faultline help config validate\n"},
      {{"config"}, "error: A subcommand is required\nhelp: faultline help config\n"},
      {{"check", "--contract", "c.yaml"},
       "error: traffic is required\nhelp: faultline help check\n"},
      {{"check", "t.har"}, "error: --contract is required\nhelp: faultline help check\n"},
      {{"explain"}, "error: id is required\nhelp: faultline help explain\n"},
      {{"run", "-x"},
       "error: The following argument was not expected: -x\nhelp: faultline help run\n"},
  };
  for (const auto& [arguments, err] : cases) {
    CliWorld world;
    const Ran ran = world.run(arguments);
    EXPECT_EQ(ran.code, kUsage) << text_of(arguments);
    EXPECT_EQ(ran.err, err) << text_of(arguments);
    EXPECT_EQ(ran.out, "") << text_of(arguments);
  }
}

TEST(Usage, RefusesValuesOfRunBeforeAnythingStarts) {
  struct Case {
    Words arguments;
    std::string err;
  };
  CliWorld world;
  const std::string runs = world.path("runs");
  const Case cases[] = {
      {{"-c", "a.yaml", "--upstream", "http://127.0.0.1:1"},
       "error: --config and --upstream exclude each other\n"},
      {{"--upstream", "http://127.0.0.1:1", "--seed", "abc"},
       "error: --seed: 'abc' is not a number\n"},
      {{"--upstream", "http://127.0.0.1:1", "--seed", "-1"},
       "error: --seed: '-1' is not a number\n"},
      {{"-c", world.path("none.yaml")},
       "error: cannot read " + world.path("none.yaml") + ": No such file or directory\n"},
  };
  for (auto [arguments, err] : cases) {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"-o", runs});
    const Ran ran = world.run(arguments);
    EXPECT_EQ(ran.code, kUsage) << text_of(arguments);
    EXPECT_EQ(ran.err, err) << text_of(arguments);
  }
  for (const auto& [option, value] : {std::pair{"--for", "5"},
                                      {"--for", "soon"},
                                      {"--drain-timeout", "10 parsecs"},
                                      {"--listen", "not-an-address"}}) {
    const Ran ran =
        world.run({"run", "--upstream", "http://127.0.0.1:1", option, value, "-o", runs});
    EXPECT_EQ(ran.code, kUsage) << option << " " << value;
    EXPECT_TRUE(ran.err.starts_with("error: " + std::string(option) + ": ")) << ran.err;
  }
  const Ran ran = world.run({"run", "--upstream", "gopher://x", "-o", runs});
  EXPECT_EQ(ran.code, kUsage);
  EXPECT_TRUE(ran.err.starts_with("error: --upstream: ")) << ran.err;
  EXPECT_EQ(world.only_folder(runs), "") << "a run folder was made";
}

TEST(Usage, RunTakesItsConfigurationFromTheEnvironmentOrTheFolder) {
  CliWorld world;
  EXPECT_TRUE(world.run({"run"}).err.starts_with("error: cannot read faultline.yaml: "));

  world.environment["FAULTLINE_CONFIG"] = world.path("other.yaml");

  EXPECT_EQ(world.run({"run"}).err,
            "error: cannot read " + world.path("other.yaml") + ": No such file or directory\n");
}

TEST(Usage, AClosedGateThatIsRequiredIsExitThree) {
  CliWorld world;
  const std::string config = world.write("f.yaml", R"(version: 1
listeners:
  - { name: shop, listen: 127.0.0.1:0, upstream: http://127.0.0.1:9 }
rules:
  - { name: r, fault: { drop: {} } }
)");
  const std::string runs = world.path("runs");

  for (const auto& environment : {std::map<std::string, std::string>{},
                                  {{"FAULTLINE_ENV", "local"}},
                                  {{"ATSH_ENABLED", "0"}, {"FAULTLINE_ENV", "local"}},
                                  {{"ATSH_ENABLED", "1"}, {"FAULTLINE_ENV", "production"}}}) {
    world.environment = environment;
    const Ran ran = world.run({"run", "-c", config, "--require-gate", "-o", runs});
    EXPECT_EQ(ran.code, kEnvironment);
    EXPECT_TRUE(ran.err.starts_with("error: the gate is closed: ")) << ran.err;
  }
  EXPECT_EQ(world.only_folder(runs), "");
}

// ---- help ------------------------------------------------------------------------------------

const std::vector<Words>& all_commands() {
  static const std::vector<Words> commands{{"run"},
                                           {"check"},
                                           {"baseline"},
                                           {"baseline", "accept"},
                                           {"baseline", "list"},
                                           {"baseline", "prune"},
                                           {"config"},
                                           {"config", "init"},
                                           {"config", "validate"},
                                           {"config", "show"},
                                           {"config", "schema"},
                                           {"version"},
                                           {"explain"},
                                           {"demo"},
                                           {"help"}};
  return commands;
}

TEST(Help, IsTheSameByEveryWay) {
  for (const auto& command : all_commands()) {
    CliWorld world;
    Words by_help{"help"};
    by_help.insert(by_help.end(), command.begin(), command.end());
    Words by_long = command;
    by_long.emplace_back("--help");
    Words by_short = command;
    by_short.emplace_back("-h");

    const Ran ran = world.run(by_help);

    EXPECT_EQ(ran.code, kDone);
    EXPECT_EQ(ran.err, "");
    EXPECT_NE(ran.out.find("Usage: " + text_of(command)), std::string::npos) << ran.out;
    EXPECT_EQ(world.run(by_long).out, ran.out) << text_of(by_long);
    EXPECT_EQ(world.run(by_short).out, ran.out) << text_of(by_short);
    EXPECT_EQ(world.run(by_short).code, kDone);
  }
}

TEST(Help, OverviewIsTheSameByEveryWay) {
  CliWorld world;
  const Ran bare = world.run({});

  EXPECT_EQ(bare.code, kDone);
  EXPECT_EQ(bare.err, "");
  for (const Words& arguments : {Words{"help"}, Words{"--help"}, Words{"-h"}}) {
    EXPECT_EQ(world.run(arguments).out, bare.out) << text_of(arguments);
    EXPECT_EQ(world.run(arguments).code, kDone);
  }
}

TEST(Help, OverviewNamesEveryCommand) {
  CliWorld world;
  const std::string overview = world.run({}).out;
  for (const auto& command : all_commands()) {
    if (command.size() > 1 || command[0] == "help") continue;
    EXPECT_NE(overview.find("\n  " + command[0] + " "), std::string::npos) << command[0];
  }
}

TEST(Help, FitsIntoAHundredColumns) {
  CliWorld world;
  std::string all = world.run({}).out;
  for (auto command : all_commands()) {
    command.emplace_back("--help");
    all += world.run(command).out;
  }
  std::istringstream lines(all);
  size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 100U) << line;
  }
  EXPECT_GT(count, 100U);
}

// ---- version, explain ------------------------------------------------------------------------

TEST(Version, NamesTheProgramFirst) {
  CliWorld world;
  const Ran by_command = world.run({"version"});

  EXPECT_EQ(by_command.code, kDone);
  EXPECT_EQ(by_command.err, "");
  EXPECT_TRUE(
      by_command.out.starts_with("faultline " + std::string(run::faultline_version()) + "\n"))
      << by_command.out;
  EXPECT_EQ(world.run({"--version"}).out, by_command.out);
  EXPECT_EQ(world.run({"--version"}).code, kDone);
}

TEST(Version, IsOneJsonObjectForPrograms) {
  CliWorld world;
  const Ran ran = world.run({"version", "--json"});

  const auto json = nlohmann::json::parse(ran.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << ran.out;
  EXPECT_EQ(json.at("faultline"), run::faultline_version());
  EXPECT_EQ(json.size(), run::build_versions().size());
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 1);
  EXPECT_EQ(ran.code, kDone);
}

TEST(Explain, TellsMoreAboutAKnownId) {
  CliWorld world;
  const Ran ran = world.run({"explain", "FL0104"});

  EXPECT_EQ(ran.code, kDone);
  EXPECT_EQ(ran.err, "");
  EXPECT_TRUE(ran.out.starts_with("FL0104: an unknown key\n\n")) << ran.out;
  EXPECT_NE(ran.out.find("\nWrong:\n"), std::string::npos);
  EXPECT_NE(ran.out.find("\nRight:\n"), std::string::npos);
}

TEST(Explain, GuessesAnIdItDoesNotKnow) {
  CliWorld world;
  const Ran near = world.run({"explain", "FL01044"});
  const Ran far = world.run({"explain", "E0001-not-ours"});

  EXPECT_EQ(near.code, kUsage);
  EXPECT_EQ(near.err, "error: no diagnostic has the id 'FL01044'\nhelp: did you mean FL0104?\n");
  EXPECT_EQ(far.code, kUsage);
  EXPECT_EQ(far.err, "error: no diagnostic has the id 'E0001-not-ours'\n");
  EXPECT_EQ(far.out, "");
}

TEST(Explain, KnowsWhatIsSaidAboutContracts) {
  CliWorld world;
  for (const char* id :
       {"FL4000", "FL4001", "FL4002", "FL4003", "FL4004", "FL4005", "FL4006", "FL4007", "FL4008",
        "FL4009", "FL4010", "FL4011", "FL4101", "FL4102", "FL4103", "FL4104", "FL4105", "FL4106"}) {
    const Ran ran = world.run({"explain", id});
    EXPECT_EQ(ran.code, kDone) << id;
    EXPECT_TRUE(ran.out.starts_with(std::string(id) + ": ")) << ran.out;
  }
}

}  // namespace
}  // namespace faultline::cli

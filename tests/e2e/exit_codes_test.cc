// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/raw_socket.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include <signal.h>

namespace faultline::e2e {
namespace {

// Nothing listens there; what is tested ends before anything is sent.
constexpr const char* kNowhere = "127.0.0.1:9";

bool is_empty_folder(const std::string& path) {
  return !std::filesystem::exists(path) || std::filesystem::is_empty(path);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
  }
  return text;
}

TEST(ExitCodes, ZeroWhenNothingIsFound) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});

  curl({faultline.url("/items"), faultline.url("/cart/1")});

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  EXPECT_EQ(read_json(faultline.folder() + "/manifest.json").value("status", ""), "complete");
}

TEST(ExitCodes, ZeroAfterTheTimeThatForGave) {
  const Nginx nginx;
  const TempFolder runs;

  const auto run = run_faultline(
      {"run", "--upstream", nginx.url(), "--for", "200ms", "-o", runs.path(), "--json"});

  EXPECT_EQ(run.code, 0) << run.errors;
  const auto result = nlohmann::json::parse(run.output, nullptr, false);
  ASSERT_FALSE(result.is_discarded()) << run.output;
  EXPECT_EQ(result.value("folder", ""), only_run(runs.path()));
}

TEST(ExitCodes, OneForANaturalFinding) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});

  curl({faultline.url("/orders")});

  EXPECT_EQ(faultline.stop(), 1) << faultline.process().errors();
}

TEST(ExitCodes, OneForAnExpectationThatIsNotMet) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: never-met, match: { path: /nowhere }, fault: { abort: {} }, expect: { fired: ">= 1" } }
)"));
  Faultline faultline({"-c", config});

  curl({faultline.url("/items")});

  EXPECT_EQ(faultline.stop(), 1);
  EXPECT_NE(faultline.process().errors().find("rule never-met fired 0 times, expected >= 1"),
            std::string::npos)
      << faultline.process().errors();
}

TEST(ExitCodes, WhatASignalMeansDependsOnWhetherTheRunHadAnEndOfItsOwn) {
  struct Case {
    const char* name;
    std::vector<std::string> more;
    int signal;
    int code;
    const char* status;
  };
  const Case cases[] = {
      {"Ctrl-C ends an open-ended run", {}, SIGINT, 0, "complete"},
      {"SIGTERM ends an open-ended run", {}, SIGTERM, 0, "complete"},
      {"Ctrl-C cuts a run short", {"--for", "1h"}, SIGINT, 130, "interrupted"},
      {"a container is stopped", {"--for", "1h"}, SIGTERM, 0, "interrupted"},
  };
  const Nginx nginx;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> arguments{"--upstream", nginx.url(), "--listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), c.more.begin(), c.more.end());
    Faultline faultline(arguments);
    curl({faultline.url("/items")});

    EXPECT_EQ(faultline.stop(c.signal), c.code) << faultline.process().errors();
    EXPECT_EQ(read_json(faultline.folder() + "/manifest.json").value("status", ""), c.status);
  }
}

TEST(ExitCodes, ADrainEndsAtItsDeadlineAndCountsWhatItCut) {
  fakes::FakeUpstream silent([](fakes::RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.read_to_end());
  });
  Faultline faultline({"--upstream", "http://" + format_host_port(silent.address()), "--listen",
                       "127.0.0.1:0", "--drain-timeout", "300ms"});
  auto client = fakes::RawSocket::connect(faultline.address());
  ASSERT_TRUE(client.send("GET /items HTTP/1.1\r\nHost: shop\r\n\r\n"));
  while (silent.connections() == 0) std::this_thread::yield();

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();

  EXPECT_EQ(client.read_to_end().bytes, "");
  const auto errors = read_json(faultline.folder() + "/errors.json");
  EXPECT_EQ(errors.at("proxy").value("drain_deadline", 0), 1) << errors;
}

TEST(ExitCodes, ASecondCtrlCCutsTheDrainAndSaysSo) {
  fakes::FakeUpstream silent([](fakes::RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(socket.read_to_end());
  });
  Faultline faultline({"--upstream", "http://" + format_host_port(silent.address()), "--listen",
                       "127.0.0.1:0", "--drain-timeout", "1h"});
  auto client = fakes::RawSocket::connect(faultline.address());
  ASSERT_TRUE(client.send("GET /items HTTP/1.1\r\nHost: shop\r\n\r\n"));
  while (silent.connections() == 0) std::this_thread::yield();

  faultline.process().signal(SIGINT);
  ASSERT_TRUE(faultline.process().wait_for_line("draining")) << faultline.process().errors();

  EXPECT_EQ(faultline.stop(SIGINT), 130) << faultline.process().errors();
  EXPECT_EQ(read_json(faultline.folder() + "/manifest.json").value("status", ""), "interrupted");
}

TEST(ExitCodes, TwoForABadConfigurationWithEveryErrorAtItsPlace) {
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml",
                                          "version: 1\n"
                                          "listeners:\n"
                                          "  - { name: shop, listen: 127.0.0.1:0, upstream: "
                                          "http://127.0.0.1:9 }\n"
                                          "rules:\n"
                                          "  - name: slow\n"
                                          "    fault: { latncy: { fixed: 1s } }\n"
                                          "  - name: late\n"
                                          "    fault: { latency: { fixed: 250 } }\n");

  const auto run = run_faultline({"run", "-c", config, "-o", folder.file("runs")});

  EXPECT_EQ(run.code, 2);
  const std::string want =
      "error[FL0104]: unknown key 'latncy' in fault\n"
      " --> FILE:6:14\n"
      "  |\n"
      "6 |     fault: { latncy: { fixed: 1s } }\n"
      "  |              ^^^^^^ not a fault\n"
      "  |\n"
      "  = note: faults are latency, throttle, slice, stall, cut, half_close, lifetime, connect, "
      "abort, drop, edit, truncate, withhold_continue, duplicate_request, stale_response, "
      "swap_responses, schema_drift\n"
      "help: did you mean 'latency'?\n"
      " --> FILE:6:14\n"
      "6 |     fault: { latency: { fixed: 1s } }\n"
      "\n"
      "error[FL0106]: '250' is not a duration\n"
      " --> FILE:8:32\n"
      "  |\n"
      "8 |     fault: { latency: { fixed: 250 } }\n"
      "  |                                ^^^ the unit is missing\n"
      "help: write 250ms, 1.5s or 2m\n"
      "\n"
      "2 errors in FILE; nothing was changed. Run 'faultline explain FL0104' for more.\n";
  EXPECT_EQ(replaced(run.errors, config, "FILE"), want);
  EXPECT_EQ(run.output, "");
  EXPECT_TRUE(is_empty_folder(folder.file("runs"))) << "nothing was started";
}

TEST(ExitCodes, TwoForAnUnknownOptionWithTheOneThatWasMeant) {
  const auto run = run_faultline({"run", "--upstrem", "http://127.0.0.1:9"});

  EXPECT_EQ(run.code, 2);
  EXPECT_EQ(run.errors,
            "error: unknown option '--upstrem'\n"
            "help: did you mean '--upstream'?\n");
}

TEST(ExitCodes, TwoForAContractThatCannotBeRead) {
  const TempFolder folder;
  const std::string missing = folder.write("missing.yaml",
                                           "version: 1\n"
                                           "listeners:\n"
                                           "  - name: shop\n"
                                           "    listen: 127.0.0.1:0\n"
                                           "    upstream: http://127.0.0.1:9\n"
                                           "    contracts: [ ./nowhere.yaml ]\n");
  folder.write("torn.openapi.yaml", "openapi: 3.0.3\npaths:\n  /a: { get: [\n");
  const std::string torn = folder.write("torn.yaml",
                                        "version: 1\n"
                                        "listeners:\n"
                                        "  - name: shop\n"
                                        "    listen: 127.0.0.1:0\n"
                                        "    upstream: http://127.0.0.1:9\n"
                                        "    contracts: [ ./torn.openapi.yaml ]\n");

  const auto absent = run_faultline({"run", "-c", missing, "-o", folder.file("runs")});
  const auto broken = run_faultline({"run", "-c", torn, "-o", folder.file("runs")});

  EXPECT_EQ(absent.code, 2);
  EXPECT_NE(absent.errors.find(missing + ":6:18"), std::string::npos) << absent.errors;
  EXPECT_NE(absent.errors.find("nowhere.yaml"), std::string::npos) << absent.errors;
  EXPECT_EQ(broken.code, 2);
  EXPECT_NE(broken.errors.find("torn.openapi.yaml:"), std::string::npos) << broken.errors;
  EXPECT_TRUE(is_empty_folder(folder.file("runs"))) << "nothing was started";
}

TEST(ExitCodes, ThreeForAPortInUseNamingIt) {
  const fakes::RawListener busy;
  const TempFolder folder;
  const std::string address = format_host_port(busy.address());

  const auto run = run_faultline({"run", "--upstream", std::string("http://") + kNowhere,
                                  "--listen", address, "-o", folder.file("runs")});

  EXPECT_EQ(run.code, 3);
  EXPECT_NE(run.errors.find(address), std::string::npos) << run.errors;
  EXPECT_TRUE(is_empty_folder(folder.file("runs"))) << "no folder of a run that never began";
}

TEST(ExitCodes, ThreeForAFolderThatCannotBeWrittenNamingIt) {
  const TempFolder folder;
  // A file where a folder is wanted stops root as well.
  const std::string runs = folder.write("file", "") + "/runs";

  const auto run =
      run_faultline({"run", "--upstream", std::string("http://") + kNowhere, "-o", runs});

  EXPECT_EQ(run.code, 3);
  EXPECT_NE(run.errors.find(runs), std::string::npos) << run.errors;
}

TEST(ExitCodes, ThreeWhenTheGateIsRequiredAndClosed) {
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(kNowhere, ""));
  const std::vector<std::string> command{
      "run", "-c", config, "--require-gate", "--for", "100ms", "-o", folder.file("runs"), "--env"};
  struct Case {
    const char* name;
    std::vector<std::pair<std::string, std::string>> environment;
    const char* env;
    int code;
  };
  const Case cases[] = {
      {"flag not set", {}, "ci", 3},
      {"flag false", {{"ATSH_ENABLED", "false"}}, "ci", 3},
      {"environment not in the list", {{"ATSH_ENABLED", "true"}}, "production", 3},
      {"open, but nothing was checked", {{"ATSH_ENABLED", "true"}}, "ci", 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto arguments = command;
    arguments.emplace_back(c.env);

    const auto run = run_faultline(arguments, {.environment = c.environment});

    EXPECT_EQ(run.code, c.code) << run.errors;
    EXPECT_EQ(run.errors.find("gate is closed") != std::string::npos, c.code == 3) << run.errors;
  }
}

TEST(ExitCodes, SigtermLetsTheOpenExchangeFinishAndIsZeroAlsoWhenItComesTwice) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: late, match: { path: /items }, fault: { latency: { fixed: 1200ms } } }
)"));
  Faultline faultline({"-c", config});
  auto client = fakes::RawSocket::connect(faultline.address());
  ASSERT_TRUE(client.send("GET /cart/1 HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(client.read_until("}]}\n").end, fakes::ReadResult::End::Enough);
  ASSERT_TRUE(client.send("GET /items HTTP/1.1\r\nHost: a\r\n\r\n"));
  // The request has arrived when the fault that holds it was recorded.
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (read_events(faultline.folder(), "fault").empty()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    ASSERT_TRUE(client.is_silent_for(std::chrono::milliseconds(5)));
  }

  faultline.process().signal(SIGTERM);
  ASSERT_TRUE(faultline.process().wait_for_line("draining")) << faultline.process().errors();
  const int code = faultline.stop(SIGTERM);

  EXPECT_EQ(code, 0) << faultline.process().errors();
  const auto answer = client.read_to_end();
  EXPECT_EQ(answer.end, fakes::ReadResult::End::Fin);
  EXPECT_EQ(answer.bytes.substr(0, 15), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.bytes.find("\r\nConnection: close\r\n"), std::string::npos) << answer.bytes;
  EXPECT_TRUE(answer.bytes.ends_with(read_text(fixture("items.json"))));
}

TEST(ExitCodes, TheDemoIsZeroAndLeavesNoPersonalDatum) {
  const TempFolder runs;

  const auto demo = run_faultline({"demo", "--fast", "-o", runs.path()});

  EXPECT_EQ(demo.code, 0) << demo.errors;
  EXPECT_NE(demo.errors.find("verdict    FAIL"), std::string::npos) << demo.errors;
  const auto people = cli::demo::PersonalData::make(42);
  const auto files = read_all_files(only_run(runs.path()));
  EXPECT_GE(files.size(), 10U);
  for (const auto& [name, text] : files) {
    for (const auto& value : people.canaries()) {
      EXPECT_EQ(text.find(value), std::string::npos) << name << " holds " << value;
    }
  }
}

}  // namespace
}  // namespace faultline::e2e

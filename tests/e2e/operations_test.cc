// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

#include <sstream>

namespace faultline::e2e {
namespace {

constexpr std::string_view kOperations = R"(rules:
  - name: flaky
    match: { path: /orders }
    fault: { abort: { status: 503 } }
access_log: true
control: { listen: '127.0.0.1:0' }
report: { fail_on: none }
)";

// The address in "control http://127.0.0.1:PORT".
std::string control_url(Faultline& faultline) {
  std::istringstream lines(faultline.process().errors());
  const std::string mark = "control ";
  for (std::string line; std::getline(lines, line);) {
    const size_t at = line.find(mark + "http://");
    if (at != std::string::npos) return line.substr(at + mark.size());
  }
  ADD_FAILURE() << "no control port:\n" << faultline.process().errors();
  return "";
}

TEST(Operations, ProbesAndMetricsAnswerCurl) {
  const Nginx nginx;
  const TempFolder folder;
  Faultline faultline(
      {"-c", folder.write("faultline.yaml", config_text(nginx.address(), kOperations))});
  const std::string control = control_url(faultline);
  curl({faultline.url("/items"), faultline.url("/orders")});

  EXPECT_NE(curl({control + "/livez"}).find("200 OK"), std::string::npos);
  EXPECT_NE(curl({control + "/readyz"}).find("ready\n"), std::string::npos);
  EXPECT_NE(curl({control + "/version"}).find("\"faultline\":\""), std::string::npos);
  const std::string page = curl({control + "/metrics"});
  const std::string foreign = curl({control + "/metrics"}, {"-H", "Host: rebound.example"});

  EXPECT_NE(page.find("faultline_exchanges_completed_total{listener=\"shop\"} 2\n"),
            std::string::npos)
      << page;
  EXPECT_NE(page.find("faultline_rule_applied_total{rule=\"flaky\",fault=\"abort\"} 1\n"),
            std::string::npos);
  EXPECT_NE(foreign.find("403 Forbidden"), std::string::npos);
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_EQ("http://" + stats["control"].value("address", ""), control);
}

TEST(Operations, TheAccessLogHasALineForEveryExchange) {
  const Nginx nginx;
  const TempFolder folder;
  Faultline faultline(
      {"-c", folder.write("faultline.yaml", config_text(nginx.address(), kOperations))});

  curl({faultline.url("/items"), faultline.url("/orders"), faultline.url("/cart/1")});

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const auto files = read_all_files(faultline.folder());
  std::istringstream lines(files.at("access.jsonl"));
  std::vector<nlohmann::json> log;
  for (std::string line; std::getline(lines, line);) log.push_back(nlohmann::json::parse(line));
  ASSERT_EQ(log.size(), 3U);
  EXPECT_EQ(log[0].value("id", ""), "shop/0/0");
  EXPECT_EQ(log[0].value("client", ""), "127.0.0.1");
  EXPECT_EQ(log[0].value("target", ""), "/items");
  EXPECT_EQ(log[0].value("status", 0), 200);
  EXPECT_EQ(log[0].value("upstream", ""), nginx.address());
  EXPECT_GT(log[0].value("response_bytes", 0), 0);
  EXPECT_GT(log[0].value("duration_ns", int64_t{0}), 0);
  EXPECT_EQ(log[1]["faults"], nlohmann::json::array({"flaky"}));
  EXPECT_EQ(log[1].value("outcome", ""), "injected");
  EXPECT_TRUE(log[1]["upstream"].is_null());
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_EQ(stats["access_log"].value("written", 0), 3);
  EXPECT_EQ(stats["access_log"].value("lost", -1), 0);
  EXPECT_NE(files.at("manifest.json").find("\"access.jsonl\""), std::string::npos);
}

TEST(Operations, ABusyControlPortIsAnErrorOfTheEnvironment) {
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", R"(version: 1
listeners: [{ name: shop, listen: '127.0.0.1:0', upstream: 'http://127.0.0.1:9' }]
control: { listen: '127.0.0.1:0' }
)");
  Faultline first({"-c", config});
  const std::string control = control_url(first);
  const std::string port = control.substr(control.rfind(':') + 1);
  const std::string second = folder.write("second.yaml", R"(version: 1
listeners: [{ name: shop, listen: '127.0.0.1:0', upstream: 'http://127.0.0.1:9' }]
control: { listen: '127.0.0.1:)" + port + "' }\n");

  const auto refused = run_faultline({"run", "-c", second, "-o", folder.file("runs")});

  EXPECT_EQ(refused.code, 3) << refused.errors;
  EXPECT_NE(refused.errors.find(port), std::string::npos) << refused.errors;
  EXPECT_EQ(first.stop(), 0);
}

}  // namespace
}  // namespace faultline::e2e

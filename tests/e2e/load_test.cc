// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/e2e/world.h"

#include <gtest/gtest.h>

namespace faultline::e2e {
namespace {

// What wrk counted: "  12345 requests in 2.00s, 5.1MB read".
uint64_t requests_of(const std::string& report) {
  const size_t end = report.find(" requests in ");
  if (end == std::string::npos) return 0;
  const size_t begin = report.find_last_of(" \n", end - 1) + 1;
  return parse_u64(report.substr(begin, end - begin)).value_or(0);
}

struct Load {
  uint64_t requests = 0;
  std::string report;
};

Load drive(const std::string& url) {
  const auto wrk = run_program(
      {installed("wrk", "wrk"), "--threads", "1", "--connections", "8", "--duration", "1s", url});
  EXPECT_EQ(wrk.code, 0) << wrk.errors;
  return {requests_of(wrk.output), wrk.output};
}

void expect_clean(const Load& load) {
  EXPECT_GT(load.requests, 20U) << load.report;
  EXPECT_EQ(load.report.find("Non-2xx"), std::string::npos) << load.report;
  EXPECT_EQ(load.report.find("Socket errors"), std::string::npos) << load.report;
}

TEST(Load, ALosslessMirrorChecksEveryMessage) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config =
      folder.write("faultline.yaml", config_text(nginx.address(), "mirror: { mode: lossless }\n"));
  Faultline faultline({"-c", config});

  const auto load = drive(faultline.url("/items"));

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  expect_clean(load);
  const auto accounting = read_accounting(faultline.folder());
  EXPECT_EQ(accounting.seen, accounting.checked + accounting.skipped + accounting.dropped);
  EXPECT_EQ(accounting.dropped, 0U);
  // wrk does not count what is under way when its time is up.
  EXPECT_GE(accounting.seen, 2 * load.requests);
  EXPECT_LE(accounting.seen, 2 * (load.requests + 8));
}

TEST(Load, ALossyMirrorCountsWhatItDrops) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config =
      folder.write("faultline.yaml", config_text(nginx.address(), "mirror: { mode: lossy }\n"));
  Faultline faultline({"-c", config});

  const auto load = drive(faultline.url("/items"));

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  expect_clean(load);
  const auto accounting = read_accounting(faultline.folder());
  EXPECT_EQ(accounting.seen, accounting.checked + accounting.skipped + accounting.dropped);
  EXPECT_GE(accounting.seen, 2 * load.requests);
  EXPECT_GT(accounting.checked, 0U);
}

TEST(Load, FaultsUnderLoadAreCountedExactly) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), R"(rules:
  - { name: busy, match: { path: /items }, fault: { abort: { status: 503 } }, every: 7 }
report: { fail_on: none }
)"));
  Faultline faultline({"-c", config});

  const auto load = drive(faultline.url("/items"));

  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const auto stats = read_json(faultline.folder() + "/stats.json");
  const auto& rule = stats["rules"][0];
  const auto matched = rule.value("matched", uint64_t{0});
  EXPECT_GE(matched, load.requests);
  EXPECT_EQ(rule.value("drawn", uint64_t{0}), matched / 7);
  EXPECT_EQ(rule.value("applied", uint64_t{0}), matched / 7);
  EXPECT_EQ(read_events(faultline.folder(), "fault").size(), matched / 7);
  EXPECT_NE(load.report.find("Non-2xx"), std::string::npos) << "the client saw the faults";
}

}  // namespace
}  // namespace faultline::e2e

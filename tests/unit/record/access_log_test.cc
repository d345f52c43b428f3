// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/access_log.h"

#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace faultline::record {
namespace {

using test::Redacting;
using test::Wire;

class AccessLogTest : public ::testing::Test {
 protected:
  [[nodiscard]] AccessLogWriter open() const {
    auto file = AppendFile::create(path());
    EXPECT_TRUE(file.has_value());
    return AccessLogWriter(std::move(*file));
  }
  [[nodiscard]] std::string path() const { return folder_.file("access.jsonl"); }

  // The entry borrows `request`.
  [[nodiscard]] static AccessEntry entry_of(const redaction::RedactedMessage& request) {
    return {.id = {.listener = 0, .connection = 17, .exchange = 3},
            .listener = "shop",
            .t_ns = 1500,
            .request = request,
            .status = 503,
            .outcome = Outcome::Injected,
            .request_bytes = 12,
            .response_bytes = 34,
            .duration = Duration(2500),
            .added = Duration(70),
            .client = redaction::Redactor::vouch("127.0.0.1"),
            .upstream = redaction::Redactor::vouch("127.0.0.1:8080"),
            .faults = {"slow", "flaky"}};
  }

  test::TempFolder folder_;
  Redacting redact_;
};

TEST_F(AccessLogTest, WritesOneLineForEachExchangeWithAllMembers) {
  const auto request = redact_({.target = "/cart/17"});
  auto unanswered = entry_of(request);
  unanswered.status = 0;
  unanswered.upstream = {};
  unanswered.faults.clear();
  auto log = open();

  ASSERT_TRUE(log.append(entry_of(request)).has_value());
  ASSERT_TRUE(log.append(unanswered).has_value());
  ASSERT_TRUE(log.close().has_value());

  EXPECT_EQ(log.written(), 2U);
  EXPECT_EQ(log.lost(), 0U);
  EXPECT_EQ(test::read_text(path()),
            R"({"t_ns":1500,"id":"shop/17/3","listener":"shop","client":"127.0.0.1",)"
            R"("method":"GET","target":"/cart/17","status":503,"outcome":"injected",)"
            R"("request_bytes":12,"response_bytes":34,"duration_ns":2500,"added_ns":70,)"
            R"("upstream":"127.0.0.1:8080","faults":["slow","flaky"]})"
            "\n"
            R"({"t_ns":1500,"id":"shop/17/3","listener":"shop","client":"127.0.0.1",)"
            R"("method":"GET","target":"/cart/17","status":null,"outcome":"injected",)"
            R"("request_bytes":12,"response_bytes":34,"duration_ns":2500,"added_ns":70,)"
            R"("upstream":null,"faults":[]})"
            "\n");
}

TEST_F(AccessLogTest, KeepsControlBytesOfATargetInsideItsLine) {
  const auto request = redact_({.target = "/a\n{\"t_ns\":1}\x01\x7f\xff"});
  auto log = open();

  ASSERT_TRUE(log.append(entry_of(request)).has_value());
  ASSERT_TRUE(log.close().has_value());

  const std::string text = test::read_text(path());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

}  // namespace
}  // namespace faultline::record

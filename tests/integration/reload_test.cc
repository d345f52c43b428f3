// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

namespace faultline::integration {
namespace {

using fakes::FakeUpstream;
using fakes::RawSocket;

std::string config_that_answers(int status) {
  std::string config = http_config(fmt::format(
      "rules: [{{ name: r, match: {{ path: /a }}, fault: {{ abort: {{ status: {} }} }} }}]\n",
      status));
  config.replace(config.find("workers: 1"), 10, "workers: 2");
  return config;
}

std::string status_of(RawSocket& client) {
  if (!client.send("GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n")) return "not sent";
  const auto head = client.read_until("\r\n\r\n").bytes;
  return head.size() < 12 ? "no answer" : head.substr(9, 3);
}

// Snapshots are made on the control thread, held by exchanges on the workers, and let go by
// whoever is last: what the thread sanitizer is to see (./dev tsan).
TEST(Reload, SnapshotsChangeHandsWhileRequestsRun) {
  FakeUpstream upstream(fakes::answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  Proxy proxy(config_that_answers(418), upstream.address());
  std::atomic<bool> is_over{false};
  std::atomic<uint64_t> answers{0};
  std::array<std::thread, 4> clients;
  for (auto& client : clients) {
    client = std::thread([&] {
      auto socket = proxy.connect();
      for (uint64_t i = 1; !is_over; ++i) {
        if (i % 50 == 0) socket = proxy.connect();
        const std::string status = status_of(socket);
        EXPECT_TRUE(status == "418" || status == "503") << status;
        ++answers;
      }
    });
  }

  for (uint64_t i = 1; i <= 200; ++i) {
    proxy.reload(config_that_answers(i % 2 == 0 ? 418 : 503));
    while (proxy.reloads() < i) std::this_thread::yield();
  }
  const uint64_t before = answers;
  while (answers < before + 100) std::this_thread::yield();
  is_over = true;
  for (auto& client : clients) client.join();

  auto client = proxy.connect();
  EXPECT_EQ(status_of(client), "418") << "the last one";
  client.close();
  const auto result = proxy.finish();
  ASSERT_EQ(result.rules.size(), 1U);
  EXPECT_EQ(result.rules[0].applied, answers + 1);
}

}  // namespace
}  // namespace faultline::integration

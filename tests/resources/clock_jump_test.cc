// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// A wall clock that is set while the proxy runs. Waits and faults go by the monotonic one.
#include "tests/integration/proxy_support.h"

#include <gtest/gtest.h>

#include <atomic>

namespace faultline::resources {
namespace {

using fakes::FakeUpstream;
using integration::http_config;
using integration::Proxy;

// Every look at the wall finds another year.
class JumpingClock final : public Clock {
 public:
  [[nodiscard]] MonoTime now() const noexcept override { return real_.now(); }
  [[nodiscard]] WallTime wall_now() const noexcept override {
    const int64_t looks = looks_.fetch_add(1);
    constexpr int64_t kYearNs = int64_t{365} * 24 * 3600 * 1'000'000'000;
    return {real_.wall_now().ns + (looks % 2 == 0 ? kYearNs : -kYearNs)};
  }

 private:
  SystemClock real_;
  mutable std::atomic<int64_t> looks_{0};
};

TEST(ClockJump, ChangesNoWaitAndNoFault) {
  FakeUpstream upstream(
      fakes::answer_each_head_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const JumpingClock clock;
  Proxy proxy(http_config("rules:\n"
                          "  - { name: slow, match: { path: /slow }, "
                          "fault: { latency: { fixed: 50ms } } }\n"),
              upstream.address(), true, nullptr, server::resident_bytes, clock);
  const SystemClock real;
  auto client = proxy.connect();

  const MonoTime sent = real.now();
  ASSERT_TRUE(client.send("GET /slow HTTP/1.1\r\nHost: x.test\r\n\r\n"));
  EXPECT_TRUE(client.read_until("ok").bytes.starts_with("HTTP/1.1 200 "));
  const MonoTime answered = real.now();
  const auto end = client.read_to_end();
  const MonoTime ended = real.now();

  EXPECT_GE(answered - sent, std::chrono::milliseconds(50));
  EXPECT_LT(answered - sent, std::chrono::seconds(10));
  EXPECT_EQ(end.end, fakes::ReadResult::End::Fin) << "keep_alive: 300ms";
  EXPECT_GE(ended - answered, std::chrono::milliseconds(250));
  EXPECT_LT(ended - answered, std::chrono::seconds(10));
  for (const auto& time : proxy.events().times()) {
    EXPECT_GE(time, sent + -std::chrono::seconds(10));
    EXPECT_LE(time, ended + std::chrono::seconds(10));
  }
}

}  // namespace
}  // namespace faultline::resources

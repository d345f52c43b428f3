// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The generator against a server on the same loop. Times here are real; what is asserted about them
// holds on a busy machine too.
#include "bench/openloop/generator.h"

#include "tests/unit/openloop/scripted_server_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::bench {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;

class GeneratorTest : public testing::Test {
 protected:
  GeneratorTest() { uv_loop_init(&loop_); }
  ~GeneratorTest() override {
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0) << "a handle was left open";
  }

  OpenLoopReport run(ScriptedServer::Script script, OpenLoopOptions options) {
    ScriptedServer server(loop_, script);
    options.target = server.address();
    Generator generator(loop_, options);
    std::string error;
    EXPECT_TRUE(generator.run(error)) << error;
    received_ = server.requests();
    const OpenLoopReport& report = generator.report();
    EXPECT_EQ(report.scheduled, report.answered + report.failed() + report.abandoned);
    return report;
  }

  static uint64_t failures(const OpenLoopReport& report, Failure failure) {
    return report.failures[static_cast<size_t>(failure)];
  }

  uint64_t received_ = 0;  // by the server
  uv_loop_t loop_{};
};

TEST_F(GeneratorTest, SendsTheWholeScheduleAtItsRate) {
  const auto report = run({}, {.connections = 4, .rate = 1000, .requests = 200});

  EXPECT_EQ(report.answered, 200U);
  EXPECT_EQ(received_, 200U);
  EXPECT_EQ(report.latency.count(), 200U);
  EXPECT_GE(report.seconds, 0.199) << "no request leaves before its time";
  EXPECT_EQ(report.reconnects, 0U);
}

TEST_F(GeneratorTest, EndsByTimeWithTheLastRequestIntendedBefore) {
  const auto report = run({}, {.rate = 1000, .seconds = 0.1});

  EXPECT_EQ(report.answered, 100U);
}

TEST_F(GeneratorTest, LeavesTheWarmUpOutOfTheLatencies) {
  const auto report = run({}, {.rate = 1000, .requests = 100, .warmup_seconds = 0.03});

  EXPECT_EQ(report.answered, 100U);
  EXPECT_EQ(report.latency.count(), 70U);
}

TEST_F(GeneratorTest, PoissonArrivalsAreAllSent) {
  const auto report =
      run({}, {.arrivals = ArrivalKind::Poisson, .rate = 2000, .seed = 3, .requests = 200});

  EXPECT_EQ(report.answered, 200U);
}

// The server stands still for 100 ms in the middle. 200 of 1000 requests were due meanwhile: a
// fifth of the users waited, and p99 must say so. The closed loop sent one request into the stall
// and reports that one user of a thousand waited.
TEST_F(GeneratorTest, AStallShowsInThePercentilesOfTheOpenLoopAndNotOfTheClosedOne) {
  const ScriptedServer::Script stall{.stall_at = 300, .stall_ms = 100};

  const auto open = run(stall, {.connections = 1, .rate = 2000, .requests = 1000});
  const auto closed = run(stall, {.connections = 1, .is_closed = true, .requests = 1000});

  EXPECT_EQ(open.answered, 1000U);
  EXPECT_EQ(closed.answered, 1000U);
  EXPECT_GE(open.latency.max(), 99 * kMillisecond);
  EXPECT_GE(closed.latency.max(), 99 * kMillisecond) << "both met the stall";
  EXPECT_GE(open.latency.percentile(99), 80 * kMillisecond);
  EXPECT_GE(open.latency.percentile(90), 40 * kMillisecond);
  EXPECT_LT(closed.latency.percentile(99), 40 * kMillisecond) << "coordinated omission";
  EXPECT_LT(open.service.percentile(99), 40 * kMillisecond)
      << "measured from the sending, the open loop would hide it as well";
}

TEST_F(GeneratorTest, ANewConnectionFollowsOneThatTheServerCloses) {
  const auto report = run({.close_after = 5}, {.connections = 1, .rate = 2000, .requests = 20});

  EXPECT_EQ(report.answered, 20U);
  EXPECT_EQ(report.failed(), 0U);
  EXPECT_EQ(report.reconnects, 1U);
}

TEST_F(GeneratorTest, TellsWhyARequestFailed) {
  struct Case {
    std::string name;
    ScriptedServer::Script script;
    Failure want;
  };
  const Case cases[] = {
      {"closed while the request was on its way", {.close_instead = 5}, Failure::Race},
      {"a new connection that is closed", {.close_instead = 1}, Failure::Cut},
      {"half an answer", {.cut_at = 5}, Failure::Cut},
      {"another status", {.refuse_status_at = 5}, Failure::Status},
      {"no answer", {.silent_from = 20}, Failure::Timeout},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);

    const auto report =
        run(c.script, {.connections = 1, .rate = 2000, .requests = 20, .timeout_ms = 50});

    EXPECT_EQ(report.answered, 19U);
    EXPECT_EQ(failures(report, c.want), 1U);
  }
}

TEST_F(GeneratorTest, CountsTheRequestsForWhichNoConnectionCouldBeOpened) {
  const auto report =
      run({.close_after = 10, .unlisten_at = 10}, {.connections = 1, .rate = 2000, .requests = 30});

  EXPECT_EQ(report.answered, 10U);
  EXPECT_EQ(failures(report, Failure::Connect), 20U);
}

TEST_F(GeneratorTest, ARefusalEndsTheScheduleOfADrain) {
  const auto report =
      run({.close_after = 10, .unlisten_at = 10},
          {.connections = 1, .rate = 2000, .requests = 3000, .is_ended_by_refusal = true});

  EXPECT_EQ(report.answered, 10U);
  EXPECT_EQ(report.failed(), 0U);
  EXPECT_LT(report.scheduled, 3000U);
}

TEST_F(GeneratorTest, ARefusalEndsAClosedLoopAsSoonAsItsLastAnswerIsThere) {
  const auto report = run({.close_after = 10, .unlisten_at = 10}, {.connections = 2,
                                                                   .is_closed = true,
                                                                   .seconds = 30,
                                                                   .timeout_ms = 20000,
                                                                   .is_ended_by_refusal = true});

  EXPECT_EQ(report.scheduled, report.answered) << "a closed loop has no request that waits";
  EXPECT_LT(report.seconds, 15);
}

TEST_F(GeneratorTest, MessagesOverTcpComeBackAsTheyWent) {
  const auto report = run({.is_echo = true}, {.mode = OpenLoopMode::Tcp,
                                              .message_bytes = 1000,
                                              .connections = 2,
                                              .rate = 2000,
                                              .requests = 50});

  EXPECT_EQ(report.answered, 50U);
  EXPECT_EQ(report.bytes, 50'000U);
}

TEST_F(GeneratorTest, SaysThatItCannotConnect) {
  sockaddr_in nobody{};
  {
    const ScriptedServer gone(loop_, {});
    nobody = gone.address();
  }
  Generator generator(loop_, {.target = nobody, .connections = 3, .rate = 1, .requests = 1});
  std::string error;

  EXPECT_FALSE(generator.run(error));
  EXPECT_EQ(error, "cannot connect");
}

}  // namespace
}  // namespace faultline::bench

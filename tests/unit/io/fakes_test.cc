// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/manual_scheduler.h"
#include "tests/fakes/memory_stream.h"
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace faultline::fakes {
namespace {

using io::Recorder;
using std::chrono::milliseconds;
using Events = std::vector<std::string>;

TEST(ManualScheduler, FiresTimersAtTheirDeadlinesInOrder) {
  ManualScheduler scheduler;
  std::vector<std::pair<std::string, int64_t>> fired;
  const auto note = [&](std::string name) {
    return [&, name] { fired.emplace_back(name, scheduler.clock().now().ns / 1'000'000); };
  };
  TimerHandle late = scheduler.call_after(milliseconds(20), note("late"));
  TimerHandle early = scheduler.call_after(milliseconds(10), note("early"));
  TimerHandle tie = scheduler.call_after(milliseconds(20), note("tie"), true);
  TimerHandle cancelled = scheduler.call_after(milliseconds(5), note("cancelled"));
  cancelled.cancel();
  EXPECT_TRUE(late.is_pending());

  scheduler.advance(milliseconds(19));
  EXPECT_EQ(fired.size(), 1U);
  scheduler.advance(milliseconds(11));

  const std::vector<std::pair<std::string, int64_t>> want{{"early", 10}, {"late", 20}, {"tie", 20}};
  EXPECT_EQ(fired, want);
  EXPECT_FALSE(late.is_pending());
  EXPECT_EQ(scheduler.pending_timers(), 0U);
  EXPECT_EQ(scheduler.clock().now().ns, 30'000'000);
}

TEST(ManualScheduler, FiresATimerThatATimerArmsWithinTheSameSpan) {
  ManualScheduler scheduler;
  int64_t fired_at = 0;
  TimerHandle second;
  TimerHandle first = scheduler.call_after(milliseconds(10), [&] {
    scheduler.call_soon([&] {
      second =
          scheduler.call_after(milliseconds(10), [&] { fired_at = scheduler.clock().now().ns; });
    });
  });

  scheduler.advance(milliseconds(100));

  EXPECT_EQ(fired_at, 20'000'000);
}

class MemoryStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    auto [left, right] = make_memory_streams(scheduler_, pool_);
    server_ = std::move(left);
    client_ = std::move(right);
    server_->set_events(at_server_);
    client_->set_events(at_client_);
    server_->start();
    client_->start();
  }

  buffer::BlockPool pool_;
  ManualScheduler scheduler_;
  Recorder at_server_;
  Recorder at_client_;
  std::unique_ptr<MemoryStream> server_;
  std::unique_ptr<MemoryStream> client_;
};

TEST_F(MemoryStreamTest, DeliversInTheSegmentsOfTheScript) {
  server_->set_segments({1, 3});

  client_->write_text("hello ");
  client_->write_text("world");
  EXPECT_EQ(at_server_.events, Events{});  // never inside the call
  scheduler_.run_soon();

  EXPECT_EQ(at_server_.bytes, "hello world");
  EXPECT_EQ(at_server_.events,
            (Events{"data:1", "data_end", "data:3", "data_end", "data:1", "data_end", "data:3",
                    "data_end", "data:1", "data_end", "data:2", "data_end"}));
}

TEST_F(MemoryStreamTest, KeepsHalfCloseInBothDirections) {
  client_->write_text("request");
  client_->shutdown();
  scheduler_.run_soon();
  EXPECT_EQ(at_server_.events, (Events{"data:7", "data_end", "end"}));

  server_->write_text("answer");
  server_->shutdown();
  scheduler_.run_soon();
  EXPECT_EQ(at_client_.events, (Events{"data:6", "data_end", "end"}));

  client_->close();
  scheduler_.run_soon();
  EXPECT_EQ(at_client_.events.back(), "closed");
  EXPECT_EQ(at_server_.closed, 0U);
}

TEST_F(MemoryStreamTest, HoldsBackAboveTheWatermarkUntilTheReaderGoesOn) {
  server_->set_receive_capacity(1000);
  server_->pause(io::PauseReason::Throttle);

  client_->write_text(std::string(limits::kConnectionBufferBytes + 2000, 'x'));
  scheduler_.run_soon();
  EXPECT_TRUE(client_->is_above_high_watermark());
  EXPECT_EQ(client_->queued_bytes(), limits::kConnectionBufferBytes + 1000);
  EXPECT_EQ(server_->unread_bytes(), 1000U);
  EXPECT_EQ(at_server_.events, Events{});
  client_->request_flushed_event();
  server_->resume(io::PauseReason::Throttle);
  scheduler_.run_soon();

  EXPECT_EQ(at_server_.bytes.size(), limits::kConnectionBufferBytes + 2000);
  EXPECT_EQ(at_client_.events, (Events{"drained", "flushed"}));
  EXPECT_FALSE(client_->is_above_high_watermark());
}

TEST_F(MemoryStreamTest, ResetsThePeer) {
  client_->reset();
  scheduler_.run_soon();

  EXPECT_EQ(at_client_.events, Events{"closed"});
  EXPECT_EQ(at_server_.events, Events{"closed:reset"});
  EXPECT_EQ(at_server_.error->source, ErrorSource::Downstream);
}

TEST_F(MemoryStreamTest, TurnsACloseWithUnreadBytesIntoAReset) {
  server_->pause(io::PauseReason::FilterHold);
  client_->write_text("unread");

  server_->close();
  scheduler_.run_soon();

  EXPECT_EQ(at_client_.events, Events{"closed:reset"});
}

TEST_F(MemoryStreamTest, FailsAWriteToAClosedPeer) {
  server_->close();
  scheduler_.run_soon();
  EXPECT_EQ(at_client_.events, Events{"end"});

  client_->write_text("too late");
  scheduler_.run_soon();

  EXPECT_EQ(at_client_.events, (Events{"end", "closed:reset"}));
}

TEST_F(MemoryStreamTest, BreaksAsToldAndMayBeDestroyedAtAnyTime) {
  server_->break_with(ErrorCode::TimedOut);
  client_.reset();
  scheduler_.run_soon();

  EXPECT_EQ(at_server_.events, Events{"closed:timed_out"});
  server_.reset();
  scheduler_.run_soon();
  EXPECT_EQ(pool_.blocks_in_use(), 0U);
}

TEST(FakeUpstream, ServesEachConnectionWithItsHandler) {
  FakeUpstream upstream(answer_each_head_with("HTTP/1.1 204 No Content\r\n\r\n"));
  RawSocket one = RawSocket::connect(upstream.address());
  RawSocket two = RawSocket::connect(upstream.address());

  for (RawSocket* socket : {&one, &two, &one}) {
    ASSERT_TRUE(socket->send("GET / HTTP/1.1\r\n\r\n"));
    EXPECT_EQ(socket->read_until("\r\n\r\n").bytes, "HTTP/1.1 204 No Content\r\n\r\n");
  }

  EXPECT_EQ(upstream.connections(), 2U);
}

}  // namespace
}  // namespace faultline::fakes

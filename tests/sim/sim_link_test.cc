// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_peer.h"
#include "tests/sim/sim_stream.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace faultline::sim {
namespace {

using std::chrono::milliseconds;

std::string text_of(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 23);
  return text;
}

class PeerLog final : public PeerEvents {
 public:
  void on_bytes(std::string_view piece) override { bytes += piece; }
  void on_fin() override { ends += "fin "; }
  void on_reset() override { ends += "reset "; }
  std::string bytes;
  std::string ends;
};

class StreamLog final : public io::StreamEvents {
 public:
  void on_data(buffer::Slice slice) override {
    bytes += slice.view();
    is_data_end_due = true;
  }
  void on_data_end() override { is_data_end_due = false; }
  void on_end() override { ends += is_data_end_due ? "early-fin " : "fin "; }
  void on_drained() override { ++drained; }
  void on_closed(const Error* error) override { ends += error == nullptr ? "closed " : "failed "; }
  std::string bytes;
  std::string ends;
  int drained = 0;
  bool is_data_end_due = false;
};

class SimLinkTest : public testing::TestWithParam<uint64_t> {
 protected:
  SimLinkTest() : draws_(GetParam()), reactor_(GetParam()) {
    LinkShape shape;
    shape.capacity = draws_.between(1, 5000);
    shape.read_max = draws_.between(1, 3000);
    shape.tiny_percent = draws_.below(100);
    link_ = std::make_shared<SimLink>(reactor_, shape, draws_.fork(1));
    stream_ = std::make_unique<SimStream>(reactor_, link_, ErrorSource::Downstream,
                                          HostPort{"192.0.2.1", 1}, draws_.fork(2));
    peer_ = std::make_unique<SimPeer>(reactor_, link_, peer_log_, ReadPace{});
    stream_->set_events(stream_log_);
    stream_->start();
  }
  void run() {
    reactor_.end_turn();
    while (reactor_.turn()) {
    }
  }
  void write(std::string_view text) {
    buffer::Chain chain;
    chain.append(reactor_.blocks().copy(text));
    stream_->write(std::move(chain));
  }

  fakes::Draws draws_;
  SimReactor reactor_;
  std::shared_ptr<SimLink> link_;
  PeerLog peer_log_;
  StreamLog stream_log_;
  std::unique_ptr<SimStream> stream_;
  std::unique_ptr<SimPeer> peer_;
};

TEST_P(SimLinkTest, CarriesAllBytesInOrderThenFinBothWays) {
  const std::string there = text_of(draws_.between(1, 20000));
  const std::string back = text_of(draws_.between(1, 20000));

  peer_->send(there);
  peer_->shutdown();
  write(back);
  stream_->shutdown();
  run();

  EXPECT_EQ(stream_log_.bytes, there);
  EXPECT_EQ(stream_log_.ends, "fin ");
  EXPECT_EQ(peer_log_.bytes, back);
  EXPECT_EQ(peer_log_.ends, "fin ");
  EXPECT_EQ(stream_->bytes_read(), there.size());
  EXPECT_EQ(stream_->bytes_written(), back.size());
}

TEST_P(SimLinkTest, MakesTheWriterWaitForAReaderThatDoesNotRead) {
  stream_->pause(io::PauseReason::PeerFull);
  peer_->send(text_of(20000));
  run();

  EXPECT_EQ(stream_log_.bytes, "");
  EXPECT_FALSE(peer_->is_flushed());

  stream_->resume(io::PauseReason::PeerFull);
  run();
  EXPECT_EQ(stream_log_.bytes, text_of(20000));
  EXPECT_TRUE(peer_->is_flushed());
}

TEST_P(SimLinkTest, AResetIsAFailureAtTheOtherEndAndTheLastEvent) {
  peer_->reset();
  run();
  EXPECT_EQ(stream_log_.ends, "failed ");
}

TEST_P(SimLinkTest, ACloseThatLeavesBytesUnreadIsAReset) {
  stream_->pause(io::PauseReason::PeerFull);
  peer_->send("unread");
  run();

  stream_->close();
  run();

  EXPECT_EQ(stream_log_.ends, "closed ");
  EXPECT_EQ(peer_log_.ends, "reset ");
}

TEST_P(SimLinkTest, BytesThatMeetAClosedEndComeBackAsReset) {
  stream_->close();
  run();
  EXPECT_EQ(peer_log_.ends, "fin ");

  peer_->send("too late");
  run();
  EXPECT_EQ(peer_log_.ends, "fin reset ");
}

TEST_P(SimLinkTest, AQueueAboveTheHighWatermarkSaysWhenItHasDrained) {
  write(text_of(16000));
  write(text_of(16000));
  write(text_of(16000));
  EXPECT_TRUE(stream_->is_above_high_watermark());

  run();

  EXPECT_FALSE(stream_->is_above_high_watermark());
  EXPECT_EQ(stream_log_.drained, 1);
  EXPECT_EQ(peer_log_.bytes.size(), 48000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimLinkTest, testing::Range<uint64_t>(0, 20));

TEST(SimReactor, TimersAreNeverEarlyAndNotLaterThanTheRealOnes) {
  SimReactor reactor(1);
  int64_t coarse_ns = 0;
  int64_t precise_ns = 0;
  const TimerHandle coarse =
      reactor.call_after(milliseconds(50), [&] { coarse_ns = reactor.clock().now().ns; }, false);
  const TimerHandle precise =
      reactor.call_after(milliseconds(50), [&] { precise_ns = reactor.clock().now().ns; }, true);

  while (reactor.turn()) {
  }

  EXPECT_GE(coarse_ns, 50'000'000);
  EXPECT_LE(coarse_ns, 71'000'000);
  EXPECT_GE(precise_ns, 50'000'000);
  EXPECT_LE(precise_ns, 51'200'000);
}

TEST(SimReactor, ACancelledTimerNeverFires) {
  SimReactor reactor(1);
  bool has_fired = false;
  TimerHandle timer = reactor.call_after(milliseconds(1), [&] { has_fired = true; });
  EXPECT_EQ(reactor.pending_timers(), 1U);

  timer.cancel();

  EXPECT_FALSE(reactor.turn());
  EXPECT_FALSE(has_fired);
  EXPECT_EQ(reactor.pending_timers(), 0U);
}

}  // namespace
}  // namespace faultline::sim

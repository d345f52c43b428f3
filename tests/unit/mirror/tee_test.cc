// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/tee.h"

#include "proxy/base/limits.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace faultline::mirror {
namespace {

using Exchange = std::unique_ptr<CapturedExchange>;
using Drops = std::map<std::string, uint64_t, std::less<>>;

constexpr size_t kSlots = limits::kMirrorRingEntries;
constexpr size_t kPinned = limits::kMirrorPinnedBytes;

Exchange exchange_of(size_t pinned_bytes, bool has_response = true) {
  auto exchange = std::make_unique<CapturedExchange>();
  exchange->pinned_bytes = pinned_bytes;
  if (has_response) exchange->response.emplace();
  return exchange;
}

class TeeTest : public ::testing::Test {
 protected:
  // The analysis: takes everything out and sends it home.
  static size_t work_off(Tee& tee, size_t count = SIZE_MAX) {
    size_t done = 0;
    while (done < count) {
      auto exchange = tee.pop();
      if (!exchange) break;
      tee.send_home(std::move(exchange));
      ++done;
    }
    return done;
  }
  // Reserves and pushes until there is no room.
  static size_t fill(Tee& tee, size_t pinned_bytes) {
    size_t count = 0;
    while (tee.reserve()) {
      tee.push(exchange_of(pinned_bytes));
      ++count;
    }
    return count;
  }

  Doorbell doorbell_;
};

TEST_F(TeeTest, LosslessTakesNoMoreThanTheRingHolds) {
  Tee tee(TeeMode::Lossless, doorbell_);

  EXPECT_EQ(fill(tee, 0), kSlots);

  EXPECT_FALSE(tee.reserve());
  EXPECT_EQ(tee.seen(), 2 * kSlots);
  EXPECT_TRUE(tee.dropped().empty());
}

TEST_F(TeeTest, LosslessReservationsCountBeforeTheyArePushed) {
  Tee tee(TeeMode::Lossless, doorbell_);
  for (size_t i = 0; i < kSlots; ++i) ASSERT_TRUE(tee.reserve());

  EXPECT_FALSE(tee.reserve());
  tee.cancel();

  EXPECT_TRUE(tee.reserve());
  EXPECT_FALSE(tee.reserve());
}

TEST_F(TeeTest, LosslessRecoversAsExchangesComeHomeNotAsTheyAreTaken) {
  Tee tee(TeeMode::Lossless, doorbell_);
  fill(tee, 0);
  auto taken = tee.pop();

  EXPECT_FALSE(tee.reserve()) << "the analysis still reads it";
  tee.send_home(std::move(taken));

  EXPECT_TRUE(tee.reserve());
  EXPECT_FALSE(tee.reserve());
}

TEST_F(TeeTest, LosslessBoundsThePinnedBytes) {
  Tee tee(TeeMode::Lossless, doorbell_);
  constexpr size_t kBytes = kPinned / 4;

  EXPECT_EQ(fill(tee, kBytes), 4U);
  EXPECT_EQ(tee.pinned_bytes(), kPinned);
  EXPECT_EQ(work_off(tee, 1), 1U);

  EXPECT_TRUE(tee.reserve());
  EXPECT_EQ(tee.pinned_bytes(), kPinned - kBytes);
}

TEST_F(TeeTest, LosslessNeverDropsWhatHasRoomBooked) {
  Tee tee(TeeMode::Lossless, doorbell_);
  ASSERT_TRUE(tee.reserve());
  ASSERT_TRUE(tee.reserve());

  tee.push(exchange_of(kPinned));  // fills the budget by itself
  tee.push(exchange_of(1));

  EXPECT_EQ(work_off(tee), 2U);
  EXPECT_TRUE(tee.dropped().empty());
}

TEST_F(TeeTest, GivesExchangesOutInOrder) {
  Tee tee(TeeMode::Lossless, doorbell_);
  for (uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(tee.reserve());
    auto exchange = exchange_of(0);
    exchange->id.exchange = i;
    tee.push(std::move(exchange));
  }
  EXPECT_TRUE(tee.has_work());
  for (uint64_t i = 0; i < 10; ++i) {
    const auto exchange = tee.pop();
    ASSERT_NE(exchange, nullptr);
    EXPECT_EQ(exchange->id.exchange, i);
  }
  EXPECT_FALSE(tee.has_work());
  EXPECT_EQ(tee.pop(), nullptr);
}

TEST_F(TeeTest, CollectDestroysOnTheWorkerWhatCameHome) {
  Tee tee(TeeMode::Lossless, doorbell_);
  const auto pin = std::make_shared<int>(1);
  ASSERT_TRUE(tee.reserve());
  auto exchange = exchange_of(5);
  exchange->pin = pin;
  tee.push(std::move(exchange));

  EXPECT_FALSE(tee.collect());
  work_off(tee);
  EXPECT_EQ(pin.use_count(), 2) << "destroyed by the analysis";
  EXPECT_EQ(tee.pinned_bytes(), 5U);
  EXPECT_TRUE(tee.collect());

  EXPECT_EQ(pin.use_count(), 1);
  EXPECT_EQ(tee.pinned_bytes(), 0U);
  EXPECT_FALSE(tee.collect());
}

TEST_F(TeeTest, LossyAlwaysReservesAndDropsWholeExchangesWhenTheRingIsFull) {
  Tee tee(TeeMode::Lossy, doorbell_);
  for (size_t i = 0; i < kSlots; ++i) tee.push(exchange_of(0));

  EXPECT_TRUE(tee.reserve());
  tee.push(exchange_of(0));
  tee.push(exchange_of(0, false));  // a request without an answer: one message

  EXPECT_EQ(tee.dropped(), (Drops{{"ring full", 3}}));
  EXPECT_EQ(work_off(tee), kSlots);
}

TEST_F(TeeTest, LossyDropsWhatDoesNotFitIntoThePinnedBytes) {
  Tee tee(TeeMode::Lossy, doorbell_);

  tee.push(exchange_of(kPinned - 10));
  tee.push(exchange_of(11));
  tee.push(exchange_of(10));
  tee.push(exchange_of(1));
  tee.push(exchange_of(kPinned + 1));

  EXPECT_EQ(tee.pinned_bytes(), kPinned);
  EXPECT_EQ(tee.dropped(), (Drops{{"pinned bytes", 6}}));
  EXPECT_EQ(work_off(tee), 2U);
}

TEST_F(TeeTest, LossyTakesAgainOnceTheAnalysisCaughtUp) {
  Tee tee(TeeMode::Lossy, doorbell_);
  for (size_t i = 0; i < kSlots + 5; ++i) tee.push(exchange_of(1));
  work_off(tee);

  tee.push(exchange_of(1));

  EXPECT_EQ(tee.pinned_bytes(), 1U);
  EXPECT_EQ(work_off(tee), 1U);
}

TEST_F(TeeTest, SeenIsPushedPlusDroppedWhateverHappens) {
  Tee tee(TeeMode::Lossy, doorbell_);
  uint64_t pushed = 0;
  uint64_t popped = 0;
  for (uint64_t i = 0; i < 3 * kSlots; ++i) {
    const bool has_response = i % 3 != 0;
    pushed += has_response ? 2 : 1;
    tee.push(exchange_of(i % 5 == 0 ? kPinned / 100 : 10, has_response));
    if (i % 7 != 0) continue;
    if (auto exchange = tee.pop()) {
      popped += exchange->response ? 2 : 1;
      tee.send_home(std::move(exchange));
    }
  }
  while (auto exchange = tee.pop()) {
    popped += exchange->response ? 2 : 1;
    tee.send_home(std::move(exchange));
  }
  tee.count_dropped(4, "drain deadline");

  uint64_t dropped = 0;
  for (const auto& [reason, count] : tee.dropped()) dropped += count;
  EXPECT_EQ(tee.seen(), pushed + 4);
  EXPECT_EQ(tee.seen(), popped + dropped);
  EXPECT_EQ(tee.dropped().at("drain deadline"), 4U);
  EXPECT_GT(tee.dropped().at("pinned bytes"), 0U);
  tee.collect();
  EXPECT_EQ(tee.pinned_bytes(), 0U);
}

TEST_F(TeeTest, CallsOnRoomOnceForAWorkerThatWaits) {
  Tee tee(TeeMode::Lossless, doorbell_);
  int calls = 0;
  tee.set_on_room([&calls] { ++calls; });
  fill(tee, 0);

  work_off(tee, 1);
  EXPECT_EQ(calls, 0) << "nobody waits";
  tee.wait_for_room();
  work_off(tee, 3);

  EXPECT_EQ(calls, 1);
}

// A worker that parks the way proxy/server does it must always be woken or see the room itself.
TEST_F(TeeTest, NoWakeUpOfAWaitingWorkerIsLost) {
  constexpr uint64_t kExchanges = 5'000;
  Tee tee(TeeMode::Lossless, doorbell_);
  std::mutex mutex;
  std::condition_variable room;
  bool has_room = false;
  tee.set_on_room([&] {
    const std::lock_guard lock(mutex);
    has_room = true;
    room.notify_one();
  });
  std::atomic<bool> is_done{false};
  std::thread analysis([&] {
    while (!is_done.load() || tee.has_work()) {
      if (work_off(tee) == 0) std::this_thread::yield();
    }
  });
  // One entry in the ring at a time: every exchange meets the edge.
  size_t booked = 0;
  while (booked < kSlots - 1 && tee.reserve()) ++booked;
  uint64_t sent = 0;
  bool is_stuck = false;
  while (sent < kExchanges && !is_stuck) {
    bool is_booked = tee.reserve();
    if (!is_booked) {
      tee.wait_for_room();
      tee.collect();
      is_booked = tee.reserve();
    }
    if (is_booked) {
      tee.push(exchange_of(1));
      ++sent;
      continue;
    }
    std::unique_lock lock(mutex);
    is_stuck = !room.wait_for(lock, std::chrono::seconds(10), [&] { return has_room; });
    has_room = false;
  }
  is_done.store(true);
  analysis.join();

  EXPECT_FALSE(is_stuck) << "after " << sent << " exchanges";
  EXPECT_EQ(tee.seen(), 2 * sent);
}

TEST(Doorbell, WakesAtOnceWhenThereIsWorkAlready) {
  Doorbell doorbell;
  int asked = 0;
  doorbell.wait([&asked] { return ++asked > 0; });

  EXPECT_EQ(asked, 1);
}

TEST(Doorbell, ANapEndsByItselfAndWhenThereIsHurry) {
  Doorbell doorbell;
  doorbell.ring();
  doorbell.nap(std::chrono::milliseconds(1));  // comes back although nobody hurries it

  std::atomic<bool> is_over{false};
  std::thread napper([&] {
    doorbell.nap(std::chrono::hours(1));
    is_over = true;
  });
  // A hurry before the nap begins ends nothing: it is for one who sleeps.
  while (!is_over) {
    doorbell.hurry();
    std::this_thread::yield();
  }
  napper.join();
}

TEST(Doorbell, LosesNoWakeUpBetweenTwoThreads) {
  constexpr uint64_t kRounds = 10'000;
  Doorbell to_pong;
  Doorbell to_ping;
  std::atomic<uint64_t> ping{0};
  std::atomic<uint64_t> pong{0};
  auto rounds = std::async(std::launch::async, [&] {
    std::thread other([&] {
      for (uint64_t i = 1; i <= kRounds; ++i) {
        while (ping.load(std::memory_order_relaxed) < i) {
          to_pong.wait([&] { return ping.load(std::memory_order_relaxed) >= i; });
        }
        pong.store(i, std::memory_order_relaxed);
        to_ping.ring();
      }
    });
    for (uint64_t i = 1; i <= kRounds; ++i) {
      ping.store(i, std::memory_order_relaxed);
      to_pong.ring();
      while (pong.load(std::memory_order_relaxed) < i) {
        to_ping.wait([&] { return pong.load(std::memory_order_relaxed) >= i; });
      }
    }
    other.join();
  });
  const bool is_done = rounds.wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  if (!is_done) {
    // Both sleep for ever, and no thread can be ended from outside.
    ADD_FAILURE() << "asleep at ping " << ping.load() << ", pong " << pong.load();
    std::abort();
  }
  EXPECT_EQ(pong.load(), kRounds);
}

}  // namespace
}  // namespace faultline::mirror

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/random.h"
#include "proxy/io/coarse_wheel.h"
#include "proxy/io/fine_heap.h"
#include "proxy/io/timer_slab.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::io {
namespace {

// A wheel that is turned by hand and writes down what fires when.
class Wheel {
 public:
  uint64_t arm(int64_t deadline) {
    const uint32_t index = slab_.acquire(TimerNode::Kind::Coarse, deadline, [] {});
    const int64_t due = wheel_.insert(index, now_);
    EXPECT_LE(due, std::max(deadline, now_ + 1));
    return slab_.id_of(index);
  }
  bool cancel(uint64_t id) {
    const uint32_t index = slab_.find(id);
    if (index == TimerNode::kNone) return false;
    wheel_.remove(index);
    slab_.release(index);
    return true;
  }
  // Turns only when the wheel says so, as the loop does.
  void run_to(int64_t now) {
    while (wheel_.next() && *wheel_.next() <= now) {
      now_ = std::max(now_, *wheel_.next());
      turn(now_);
    }
    now_ = now;
  }
  // One late turn.
  void turn(int64_t now) {
    now_ = now;
    ++turns;
    wheel_.advance(now, [this](uint32_t index) {
      fired.emplace_back(now_, slab_.id_of(index));
      slab_.release(index);
    });
  }
  [[nodiscard]] std::optional<int64_t> next() const { return wheel_.next(); }
  [[nodiscard]] int64_t now() const { return now_; }
  [[nodiscard]] size_t live() const { return slab_.live(); }

  std::vector<std::pair<int64_t, uint64_t>> fired;  // tick, id
  int turns = 0;

 private:
  TimerSlab slab_;
  CoarseWheel wheel_{slab_};
  int64_t now_ = 0;
};

TEST(CoarseWheel, FiresEachTimerExactlyAtItsTick) {
  for (const int64_t start : {0L, 1L, 63L, 64L, 4095L, 123456789L}) {
    for (const int64_t delay : {1L, 2L, 62L, 63L, 64L, 65L, 128L, 4095L, 4096L, 4097L, 262143L,
                                262144L, 16777215L, 16777216L, 1073741823L}) {
      SCOPED_TRACE(testing::Message() << start << " + " << delay);
      Wheel wheel;
      wheel.run_to(start);
      const uint64_t id = wheel.arm(start + delay);

      wheel.run_to(start + delay - 1);
      EXPECT_TRUE(wheel.fired.empty());
      wheel.run_to(start + delay);

      EXPECT_EQ(wheel.fired, (std::vector<std::pair<int64_t, uint64_t>>{{start + delay, id}}));
      EXPECT_LE(wheel.turns, 5);  // one for each level it falls through
    }
  }
}

TEST(CoarseWheel, WaitsLongerThanItSpans) {
  constexpr int64_t kSpan = int64_t{1} << 30;
  Wheel wheel;
  wheel.run_to(77);
  wheel.arm(77 + 3 * kSpan + 5);

  wheel.run_to(77 + 3 * kSpan + 4);
  EXPECT_TRUE(wheel.fired.empty());
  wheel.run_to(77 + 3 * kSpan + 5);

  EXPECT_EQ(wheel.fired.size(), 1U);
}

TEST(CoarseWheel, FiresWhatIsOverdueInOrderInOneLateTurn) {
  Wheel wheel;
  const uint64_t third = wheel.arm(5000);
  const uint64_t first = wheel.arm(3);
  const uint64_t second = wheel.arm(70);
  const uint64_t fourth = wheel.arm(5000);

  wheel.turn(1000000);

  std::vector<uint64_t> order;
  for (const auto& [tick, id] : wheel.fired) {
    order.push_back(id);
  }
  EXPECT_EQ(order, (std::vector<uint64_t>{first, second, third, fourth}));
}

TEST(CoarseWheel, PutsATimerThatIsDueAtOnceIntoTheNextTick) {
  Wheel wheel;
  wheel.run_to(100);

  wheel.arm(100);
  wheel.arm(5);

  EXPECT_EQ(wheel.next(), 101);
}

TEST(CoarseWheel, HasNothingToDoWithoutTimers) {
  Wheel wheel;
  EXPECT_EQ(wheel.next(), std::nullopt);
  const uint64_t id = wheel.arm(10);

  EXPECT_TRUE(wheel.cancel(id));
  EXPECT_FALSE(wheel.cancel(id));

  EXPECT_EQ(wheel.next(), std::nullopt);
  wheel.run_to(1000);
  EXPECT_TRUE(wheel.fired.empty());
}

// A random program against a map. Small, large and late steps; a third of the timers is cancelled.
TEST(CoarseWheel, BehavesLikeAMapUnderRandomUse) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Wheel wheel;
    std::map<uint64_t, int64_t> model;  // id -> deadline
    std::vector<uint64_t> ids;
    uint64_t draw = 0;
    const auto next = [&] { return random::mix(seed * 1000003 + ++draw); };
    for (int step = 0; step < 3000; ++step) {
      const uint64_t kind = next() % 10;
      if (kind < 6) {
        const int64_t delay = 1 + static_cast<int64_t>(next() % (uint64_t{1} << (next() % 24)));
        const uint64_t id = wheel.arm(wheel.now() + delay);
        model[id] = wheel.now() + delay;
        ids.push_back(id);
      } else if (kind < 9) {
        if (ids.empty()) continue;
        const uint64_t id = ids[next() % ids.size()];
        ASSERT_EQ(wheel.cancel(id), model.erase(id) == 1);
      } else {
        const int64_t before = wheel.now();
        wheel.run_to(before + static_cast<int64_t>(next() % (uint64_t{1} << (next() % 22))));
        for (const auto& [tick, id] : wheel.fired) {
          ASSERT_EQ(model.at(id), tick);
          model.erase(id);
        }
        wheel.fired.clear();
        for (const auto& [id, deadline] : model) {
          ASSERT_GT(deadline, wheel.now());
        }
      }
      ASSERT_EQ(wheel.live(), model.size());
    }
  }
}

TEST(TimerSlab, DoesNotFindAStaleIdInAReusedNode) {
  TimerSlab slab;
  const uint32_t first = slab.acquire(TimerNode::Kind::Coarse, 1, [] {});
  const uint64_t stale = slab.id_of(first);
  slab.release(first);
  const uint32_t second = slab.acquire(TimerNode::Kind::Coarse, 1, [] {});

  EXPECT_EQ(first, second);
  EXPECT_EQ(slab.find(stale), TimerNode::kNone);
  EXPECT_EQ(slab.find(slab.id_of(second)), second);
  EXPECT_EQ(slab.find(0), TimerNode::kNone);
  EXPECT_EQ(slab.find(UINT64_MAX), TimerNode::kNone);
}

TEST(FineHeap, GivesNodesByDeadlineThenByOrderAlsoAfterRemovals) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    TimerSlab slab;
    FineHeap heap(slab);
    std::set<std::tuple<int64_t, uint64_t, uint32_t>> model;
    for (uint64_t i = 0; i < 500; ++i) {
      const uint64_t bits = random::mix(seed * 7919 + i);
      if (bits % 4 == 0 && !model.empty()) {
        auto victim = model.begin();
        std::advance(victim, static_cast<long>((bits >> 8U) % model.size()));
        heap.remove(std::get<2>(*victim));
        slab.release(std::get<2>(*victim));
        model.erase(victim);
        continue;
      }
      const auto deadline = static_cast<int64_t>((bits >> 16U) % 50);
      const uint32_t index = slab.acquire(TimerNode::Kind::Fine, deadline, [] {});
      heap.insert(index);
      model.emplace(deadline, slab.at(index).order, index);
    }

    for (const auto& [deadline, order, index] : model) {
      ASSERT_FALSE(heap.empty());
      ASSERT_EQ(heap.top(), index);
      heap.remove(index);
    }
    EXPECT_TRUE(heap.empty());
  }
}

}  // namespace
}  // namespace faultline::io

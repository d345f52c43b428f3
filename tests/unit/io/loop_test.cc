// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/loop.h"

#include "proxy/io/loop_impl.h"
#include "tests/fakes/raw_socket.h"
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace faultline::io {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Stops the loop after a while when the test did not, so that nothing hangs.
class Guard {
 public:
  explicit Guard(Loop& loop)
      : timer_(loop.call_after(std::chrono::seconds(20), [&loop] {
          ADD_FAILURE() << "the loop was not stopped";
          loop.stop();
        })) {}

 private:
  TimerHandle timer_;
};

TEST(Loop, ProbeSaysWhetherThereAreDescriptorsForSoMany) {
  EXPECT_TRUE(Loop::probe_descriptors(2).has_value());
  const DescriptorLimit limit;

  const auto probed = Loop::probe_descriptors(1);

  ASSERT_FALSE(probed.has_value());
  EXPECT_EQ(probed.error().message,
            "cannot open 12 descriptors for the event loops: too many open files");
}

TEST(Loop, CallsNoTimerEarlyAndAllInOrder) {
  for (const bool precise : {false, true}) {
    SCOPED_TRACE(precise);
    const SystemClock clock;
    Loop loop(clock);
    const Guard guard(loop);
    // Far enough apart for the ticks of the wheel.
    const std::vector<Duration> delays{milliseconds(45), milliseconds(5),  microseconds(15500),
                                       milliseconds(90), milliseconds(26), milliseconds(65)};
    std::vector<TimerHandle> timers;
    std::vector<Duration> fired;
    for (const Duration delay : delays) {
      const MonoTime armed = clock.now();
      timers.push_back(loop.call_after(
          delay,
          [&, delay, armed] {
            const Duration waited = clock.now() - armed;
            EXPECT_GE(waited, delay);
            EXPECT_LT(waited, delay + std::chrono::seconds(5));
            fired.push_back(delay);
            if (fired.size() == delays.size()) loop.stop();
          },
          precise));
    }

    loop.run();

    auto want = delays;
    std::sort(want.begin(), want.end());
    EXPECT_EQ(fired, want);
  }
}

TEST(Loop, FiresManyFineTimersEachAfterItsDeadline) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  constexpr int kTimers = 2000;
  std::vector<TimerHandle> timers;
  int64_t last = 0;
  int fired = 0;
  const MonoTime start = clock.now();
  for (int i = 0; i < kTimers; ++i) {
    const int64_t delay = (i * 7919L) % 50000 * 1000;  // up to 50 ms
    const int64_t deadline = (clock.now() + Duration(delay)).ns;
    timers.push_back(loop.call_after(
        Duration(delay),
        [&, deadline] {
          EXPECT_GE(clock.now().ns, deadline);
          last = std::max(last, deadline);
          if (++fired == kTimers) loop.stop();
        },
        true));
  }

  loop.run();

  EXPECT_EQ(fired, kTimers);
  EXPECT_LT(clock.now() - start, std::chrono::seconds(10));
}

TEST(Loop, CancelsTimersAlsoFromInsideAnotherOfTheSameTick) {
  for (const bool precise : {false, true}) {
    SCOPED_TRACE(precise);
    const SystemClock clock;
    Loop loop(clock);
    const Guard guard(loop);
    bool is_called = false;
    TimerHandle second;
    TimerHandle first = loop.call_after(milliseconds(5), [&] { second.cancel(); }, precise);
    second = loop.call_after(milliseconds(5), [&] { is_called = true; }, precise);
    TimerHandle dropped = loop.call_after(milliseconds(1), [&] { is_called = true; }, precise);
    EXPECT_TRUE(dropped.is_pending());
    dropped = TimerHandle();
    TimerHandle last = loop.call_after(milliseconds(40), [&] { loop.stop(); }, precise);
    EXPECT_EQ(loop.pending_timers(), 4U);  // with the guard

    loop.run();

    EXPECT_FALSE(is_called);
    EXPECT_FALSE(first.is_pending());
    EXPECT_FALSE(last.is_pending());
    EXPECT_EQ(loop.pending_timers(), 1U);
  }
}

TEST(Loop, IsNotPendingInsideTheCallAndMayBeArmedAgainThere) {
  for (const bool precise : {false, true}) {
    const SystemClock clock;
    Loop loop(clock);
    const Guard guard(loop);
    TimerHandle timer;
    int rounds = 0;
    std::function<void()> again = [&] {
      EXPECT_FALSE(timer.is_pending());
      if (++rounds == 5) {
        loop.stop();
        return;
      }
      timer = loop.call_after(Duration(0), again, precise);
    };
    timer = loop.call_after(Duration(0), again, precise);

    loop.run();

    EXPECT_EQ(rounds, 5);
  }
}

TEST(Loop, SleepsThroughTimersThatAreFarAway) {
  LoopThread thread;
  std::vector<TimerHandle> timers;
  const uint64_t before = thread.on_loop([&] {
    for (int i = 0; i < 1000; ++i) {
      timers.push_back(thread.loop().call_after(hours(1) + milliseconds(i * 10), [] {}));
      timers.push_back(thread.loop().call_after(hours(1) + milliseconds(i * 10), [] {}, true));
    }
    return thread.loop().impl().turn;
  });

  fakes::RawListener silence;
  EXPECT_FALSE(silence.accept(milliseconds(300)).is_open());

  const uint64_t after = thread.on_loop([&] {
    timers.clear();
    return thread.loop().impl().turn;
  });
  EXPECT_LE(after - before, 5U);
}

TEST(Loop, RunsCallSoonAtTheEndOfTheTurnThatAsked) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  std::vector<std::string> order;
  loop.call_soon([&] { order.emplace_back("before run"); });
  TimerHandle one = loop.call_after(Duration(0), [&] {
    loop.call_soon([&] {
      order.emplace_back("soon");
      loop.call_soon([&] {
        order.emplace_back("nested");
        loop.stop();
      });
    });
    order.emplace_back("timer");
  });

  loop.run();

  EXPECT_EQ(order, (std::vector<std::string>{"before run", "timer", "soon", "nested"}));
}

TEST(Loop, DoesNotStarveOthersWhenCallSoonNeverEnds) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  size_t calls = 0;
  std::function<void()> forever = [&] {
    ++calls;
    loop.call_soon(forever);
  };
  loop.call_soon(forever);
  TimerHandle timer = loop.call_after(milliseconds(20), [&] {
    forever = [] {};
    loop.stop();
  });

  loop.run();

  EXPECT_GT(calls, 100U);
}

TEST(Loop, DestroysADeferredObjectAtTheEndOfTheTurn) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  auto object = std::make_unique<std::shared_ptr<int>>(std::make_shared<int>(1));
  const std::weak_ptr<int> watched = *object;
  TimerHandle timer = loop.call_after(Duration(0), [&] {
    defer_delete(loop, std::move(object));
    EXPECT_FALSE(watched.expired());
    loop.call_soon([&] {
      EXPECT_TRUE(watched.expired());
      loop.stop();
    });
  });

  loop.run();

  EXPECT_TRUE(watched.expired());
}

TEST(Loop, TakesPostsFromManyThreadsEachInOrder) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 5000;
  LoopThread thread;
  std::vector<std::vector<int>> seen(kThreads);
  std::vector<std::thread> senders;
  for (size_t sender = 0; sender < kThreads; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < kPosts; ++i) {
        thread.loop().post([&seen, sender, i] { seen[sender].push_back(i); });
      }
    });
  }
  for (auto& sender : senders) {
    sender.join();
  }

  thread.on_loop([] {});
  thread.stop();

  for (const auto& list : seen) {
    ASSERT_EQ(list.size(), static_cast<size_t>(kPosts));
    EXPECT_TRUE(std::is_sorted(list.begin(), list.end()));
  }
}

TEST(Loop, RunsWhatWasPostedBeforeStop) {
  const SystemClock clock;
  Loop loop(clock);
  bool is_run = false;
  std::thread runner([&] { loop.run(); });

  loop.post([&] { is_run = true; });
  loop.stop();
  runner.join();

  EXPECT_TRUE(is_run);
}

TEST(Loop, ReturnsAtOnceWhenStoppedBeforeAndMayRunAgain) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);

  loop.stop();
  loop.run();
  bool is_run = false;
  loop.post([&] {
    is_run = true;
    loop.stop();
  });
  loop.run();

  EXPECT_TRUE(is_run);
}

TEST(Loop, ClosesWhatIsLeftWhenItStops) {
  const SystemClock clock;
  Recorder recorder;
  std::unique_ptr<Stream> accepted;
  std::unique_ptr<Connector> connector;
  Result<std::unique_ptr<Stream>> connected = fail(ErrorCode::Bug, "not called");
  fakes::RawSocket client;
  {
    Loop loop(clock);
    const Guard guard(loop);
    auto listener = loop.listen({"127.0.0.1", 0}, [&](std::unique_ptr<Stream> stream) {
      accepted = std::move(stream);
      accepted->set_events(recorder);
      accepted->start();
      connector = loop.connect({"127.0.0.1", 9}, std::chrono::seconds(5),
                               [&](auto result) { connected = std::move(result); });
      loop.stop();
    });
    const HostPort address = (*listener)->address();
    client = fakes::RawSocket::connect(address);

    loop.run();

    EXPECT_EQ(recorder.events, std::vector<std::string>{"closed"});
    EXPECT_FALSE(connected.has_value());
    EXPECT_NE(connected.error().code, ErrorCode::Bug);
    EXPECT_FALSE(fakes::RawSocket::connect(address).is_open());
    accepted.reset();
    listener->reset();
    connector.reset();
  }
  EXPECT_EQ(client.read_to_end().end, fakes::ReadResult::End::Fin);
}

TEST(Loop, FailsAConnectThatIsAskedForWhileItEnds) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  fakes::RawListener target;
  struct Reconnecting final : StreamEvents {
    std::function<void()> closed;
    void on_data(buffer::Slice) override {}
    void on_end() override {}
    void on_closed(const Error*) override { closed(); }
  } events;
  std::unique_ptr<Stream> stream;
  std::unique_ptr<Connector> connector;
  std::string why;
  events.closed = [&] {
    connector = loop.connect(target.address(), std::chrono::seconds(5),
                             [&](auto result) { why = result.error().message; });
  };
  connector = loop.connect(target.address(), std::chrono::seconds(5), [&](auto result) {
    stream = std::move(*result);
    stream->set_events(events);
    stream->start();
    loop.stop();
  });

  loop.run();

  EXPECT_EQ(why, "cannot connect to " + format_host_port(target.address()) + ": the loop stopped");
  stream.reset();
}

TEST(SignalWatcher, CallsBackOnTheLoopAndRestoresTheDefault) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  int calls = 0;
  auto watcher = loop.watch_signal(SIGUSR2, [&] {
    ++calls;
    loop.stop();
  });

  ::raise(SIGUSR2);
  loop.run();
  watcher.reset();

  EXPECT_EQ(calls, 1);
  struct sigaction action{};
  sigaction(SIGUSR2, nullptr, &action);
  EXPECT_EQ(action.sa_handler, SIG_DFL);
}

TEST(SignalWatcher, MayDestroyItselfInItsCallback) {
  const SystemClock clock;
  Loop loop(clock);
  const Guard guard(loop);
  std::unique_ptr<SignalWatcher> watcher = loop.watch_signal(SIGUSR2, [&] {
    watcher.reset();
    loop.stop();
  });

  ::raise(SIGUSR2);
  loop.run();

  EXPECT_EQ(watcher, nullptr);
}

}  // namespace
}  // namespace faultline::io

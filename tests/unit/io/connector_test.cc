// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/raw_socket.h"
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline::io {
namespace {

using fakes::RawListener;
using fakes::RawSocket;
using std::chrono::milliseconds;
using std::chrono::seconds;

// One connect on a loop, observed from the test's thread.
struct Attempt {
  explicit Attempt(LoopThread& loop_thread) : thread(loop_thread) {}
  ~Attempt() {
    thread.on_loop([this] {
      connector.reset();
      stream.reset();
    });
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  void start(const HostPort& address, Duration timeout = seconds(5)) {
    thread.on_loop([&] {
      connector = thread.loop().connect(address, timeout, [this](auto result) {
        ++calls;
        if (result) {
          stream = std::move(*result);
          stream->set_events(recorder);
          stream->start();
        } else {
          error = result.error();
        }
      });
      EXPECT_EQ(calls, 0U);  // never inside the call
    });
  }
  [[nodiscard]] bool wait() {
    return thread.wait_until([this] { return calls > 0; });
  }

  LoopThread& thread;
  std::unique_ptr<Connector> connector;
  std::unique_ptr<Stream> stream;
  std::optional<Error> error;
  Recorder recorder;
  size_t calls = 0;
};

HostPort closed_port() {
  const RawListener listener;
  return listener.address();
}

TEST(Connector, ConnectsAndCarriesBytesBothWays) {
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    SCOPED_TRACE(host);
    RawListener listener;
    LoopThread thread;
    Attempt attempt(thread);

    attempt.start({host, listener.address().port});
    RawSocket accepted = listener.accept();
    ASSERT_TRUE(accepted.send("from there"));
    ASSERT_TRUE(attempt.wait());
    ASSERT_FALSE(attempt.error.has_value());
    thread.on_loop([&] { attempt.stream->write(chain_of(thread.loop(), "from here")); });

    EXPECT_EQ(accepted.read(9).bytes, "from here");
    EXPECT_TRUE(thread.wait_until([&] { return attempt.recorder.bytes == "from there"; }));
    EXPECT_EQ(thread.on_loop([&] { return attempt.stream->peer(); }), listener.address());
  }
}

TEST(Connector, NamesTheAddressAndTheCauseOfAFailure) {
  const HostPort refused = closed_port();
  const std::string long_label(64, 'a');
  struct Case {
    HostPort address;
    ErrorCode code;
    bool is_retryable;
    std::string message;
  };
  const std::vector<Case> cases{
      {refused, ErrorCode::Refused, true,
       "cannot connect to " + format_host_port(refused) + ": connection refused"},
      {{"localhost", refused.port},
       ErrorCode::Refused,
       true,
       "cannot connect to localhost:" + std::to_string(refused.port) + ": connection refused"},
      {{long_label, 80},
       ErrorCode::NotFound,
       false,
       "cannot connect to " + long_label + ":80: name not found"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.message);
    LoopThread thread;
    Attempt attempt(thread);

    attempt.start(c.address);

    ASSERT_TRUE(attempt.wait());
    ASSERT_TRUE(attempt.error.has_value());
    EXPECT_EQ(attempt.error->code, c.code);
    EXPECT_EQ(attempt.error->source, ErrorSource::Upstream);
    EXPECT_EQ(attempt.error->retryable, c.is_retryable);
    EXPECT_EQ(attempt.error->message, c.message);
    EXPECT_EQ(attempt.calls, 1U);
  }
}

TEST(Connector, BlamesTheProxyForADescriptorThatItHasNot) {
  const RawListener listener;
  LoopThread thread;
  Attempt attempt(thread);

  {
    const DescriptorLimit limit;
    attempt.start(listener.address());
    ASSERT_TRUE(attempt.wait());
  }

  ASSERT_TRUE(attempt.error.has_value());
  EXPECT_EQ(attempt.error->code, ErrorCode::IoFailed);
  EXPECT_EQ(attempt.error->source, ErrorSource::Internal);
  EXPECT_EQ(attempt.error->message,
            "cannot connect to " + format_host_port(listener.address()) + ": too many open files");
}

TEST(Connector, GivesUpWhenNobodyAnswers) {
  // A full backlog: the kernel drops what asks to connect.
  const RawListener full(0);
  std::vector<RawSocket> fillers;
  fillers.push_back(RawSocket::connect(full.address()));
  LoopThread thread;
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 0; i < 4; ++i) {
    attempts.push_back(std::make_unique<Attempt>(thread));
    attempts.back()->start(full.address(), milliseconds(50));
  }

  for (auto& attempt : attempts) {
    ASSERT_TRUE(attempt->wait());
  }

  const auto& last = *attempts.back();
  ASSERT_TRUE(last.error.has_value());
  EXPECT_EQ(last.error->code, ErrorCode::TimedOut);
  EXPECT_TRUE(last.error->retryable);
  EXPECT_EQ(last.error->message,
            "cannot connect to " + format_host_port(full.address()) + ": timed out after 50ms");
  EXPECT_EQ(last.calls, 1U);
}

TEST(Connector, CallsNobodyAfterItWasDestroyed) {
  RawListener listener;
  LoopThread thread;
  Attempt attempt(thread);
  Attempt unresolved(thread);

  thread.on_loop([&] {
    for (Attempt* each : {&attempt, &unresolved}) {
      const HostPort target =
          each == &attempt ? listener.address() : HostPort{std::string(64, 'a'), 80};
      each->connector =
          thread.loop().connect(target, seconds(5), [each](const auto&) { ++each->calls; });
      each->connector.reset();
    }
  });
  for (const HostPort& target : {listener.address(), HostPort{std::string(64, 'a'), 80}}) {
    Attempt later(thread);
    later.start(target);
    ASSERT_TRUE(later.wait());
  }

  EXPECT_EQ(attempt.calls, 0U);
  EXPECT_EQ(unresolved.calls, 0U);
}

TEST(Connector, MayBeDestroyedInsideItsCallback) {
  LoopThread thread;
  std::unique_ptr<Connector> connector;
  bool is_called = false;
  const HostPort refused = closed_port();

  thread.on_loop([&] {
    connector = thread.loop().connect(refused, seconds(5), [&](const auto&) {
      is_called = true;
      connector.reset();
    });
  });

  EXPECT_TRUE(thread.wait_until([&] { return is_called && connector == nullptr; }));
  EXPECT_EQ(thread.on_loop([&] { return thread.loop().pending_timers(); }), 0U);
}

}  // namespace
}  // namespace faultline::io

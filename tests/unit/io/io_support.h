// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/io/loop.h"
#include "proxy/io/stream.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace faultline::io {

/// While it lives the process may open no descriptor beyond those that are open.
class DescriptorLimit {
 public:
  DescriptorLimit();
  ~DescriptorLimit();
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  uint64_t before_ = 0;
};

/// A loop that runs on a thread of its own; the test looks in from outside.
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_.run(); }) {}
  ~LoopThread() { stop(); }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  [[nodiscard]] Loop& loop() { return loop_; }

  /// Runs `call` on the loop and gives back what it returns.
  template <typename Call>
  auto on_loop(Call call) -> decltype(call()) {
    std::promise<decltype(call())> done;
    auto result = done.get_future();
    loop_.post([&done, &call] {
      if constexpr (std::is_void_v<decltype(call())>) {
        call();
        done.set_value();
      } else {
        done.set_value(call());
      }
    });
    return result.get();
  }

  /// Looks once a millisecond until `is_true` on the loop; false after 10 s.
  [[nodiscard]] bool wait_until(const std::function<bool()>& is_true);

  /// Ends run() and waits for it.
  void stop();

 private:
  SystemClock clock_;
  Loop loop_{clock_};
  std::thread thread_;
};

/// Writes down what happens on a stream, in order: "data:3", "data_end", "end", "drained",
/// "flushed", "closed" or "closed:reset". Hooks run inside the events.
class Recorder final : public StreamEvents {
 public:
  std::function<void(const buffer::Slice&)> data_hook;
  std::function<void()> data_end_hook;
  std::function<void()> end_hook;
  std::function<void()> drained_hook;

  void on_data(buffer::Slice bytes) override;
  void on_data_end() override;
  void on_end() override;
  void on_drained() override;
  void on_flushed() override;
  void on_closed(const Error* error) override;

  [[nodiscard]] size_t count(std::string_view event) const;
  [[nodiscard]] bool has(std::string_view event) const { return count(event) > 0; }

  std::vector<std::string> events;
  std::string bytes;
  std::optional<Error> error;
  size_t closed = 0;
};

/// A stream with its recorder, closed and destroyed with it.
struct Session {
  std::unique_ptr<Stream> stream;
  Recorder recorder;
};

/// A server on a LoopThread that keeps every connection it accepts. Made and destroyed by the
/// test's thread.
class Server {
 public:
  /// `on_session` runs on the loop before the session starts.
  explicit Server(LoopThread& thread, std::function<void(Session&)> on_session = nullptr,
                  bool starts = true);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] HostPort address() const { return address_; }
  /// Waits for the session and gives it; use it on the loop.
  [[nodiscard]] Session& session(size_t index);
  [[nodiscard]] size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] Listener& listener() { return *listener_; }
  void close_listener() { listener_.reset(); }

 private:
  LoopThread& thread_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::unique_ptr<Session>> sessions_;
  HostPort address_;
};

/// What the recorder of a session holds now, for use outside the loop.
[[nodiscard]] Recorder seen(LoopThread& thread, const Session& session);

/// Bytes in which every position is recognisable.
[[nodiscard]] std::string pattern(size_t bytes, size_t offset = 0);
[[nodiscard]] bool is_pattern(std::string_view bytes, size_t offset);

/// The text in a chain of `loop`.
[[nodiscard]] buffer::Chain chain_of(Loop& loop, std::string_view text);

}  // namespace faultline::io

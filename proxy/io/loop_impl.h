// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/buffer/block.h"
#include "proxy/io/address.h"
#include "proxy/io/loop.h"
#include "proxy/io/read_blocks.h"
#include "proxy/io/timers.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

struct uv_loop_s;
struct uv_handle_s;

namespace faultline::io {

/// An object with handles on a loop. uv's data pointer of each of them leads here; the loop's own
/// handles have none.
class LoopClient {
 public:
  /// After enlist_turn_end(), once.
  virtual void on_turn_end() {}
  /// The loop ends: close what is open. May be called again until all is closed.
  virtual void on_loop_end() = 0;

 protected:
  ~LoopClient() = default;
};

/// The inside of a loop, for the files of this room.
struct Loop::Impl {
  explicit Impl(const Clock& the_clock);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void run();
  /// Closes what clients have open and waits until it is closed.
  void close_clients();
  void take_posted();
  /// Runs what waits for the end of the turn, and what that adds, up to a bound.
  void end_turn();
  void enlist_turn_end(LoopClient& client) { turn_end.push_back(&client); }
  /// A handle has closed. Schedules trimming of the pool: memory comes free with connections.
  void on_handle_closed();
  [[nodiscard]] bool is_on_owner_thread() const noexcept {
    return owner == std::thread::id() || owner == std::this_thread::get_id();
  }

  struct Handles;

  // Above everything that may hold slices.
  buffer::BlockPool blocks;
  ReadBlocks read_blocks{blocks};

  const Clock& clock;
  std::unique_ptr<Handles> handles;
  uv_loop_s* uv = nullptr;
  std::unique_ptr<Timers> timers;
  uint64_t trim_timer = 0;

  uint64_t turn = 1;       // counts turns, for budgets per turn
  size_t live = 0;         // handles and requests of clients that have not closed
  bool is_ending = false;  // run() is on its way out
  bool is_running = false;
  bool has_backlog = false;  // end_turn() stopped at its bound
  int spare_fd = -1;         // given up for a moment when accept() finds no descriptor
  std::thread::id owner;     // the thread in run()
  std::vector<LoopClient*> turn_end;
  std::vector<LoopClient*> turn_end_running;
  std::vector<std::function<void()>> soon;
  std::vector<std::function<void()>> soon_running;

  std::mutex mutex;  // guards posted
  std::vector<std::function<void()>> posted;
  std::atomic<bool> is_stop_requested{false};
};

/// A stream over the connected socket `fd`, which it then owns (also when this fails).
[[nodiscard]] Result<std::unique_ptr<Stream>> open_tcp_stream(Loop::Impl& loop, int fd,
                                                              const Endpoint& peer,
                                                              ErrorSource source);

/// Begins to connect. `on_done` is called once with 0 or an error of libuv, never from inside;
/// destroying the stream before makes that UV_ECANCELED. The error is one of libuv.
[[nodiscard]] tl::expected<std::unique_ptr<Stream>, int> start_tcp_connect(
    Loop::Impl& loop, const Endpoint& peer, std::function<void(int)> on_done);

}  // namespace faultline::io

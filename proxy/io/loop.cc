// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/loop.h"

#include "proxy/base/assert.h"
#include "proxy/io/loop_impl.h"

#include <fmt/core.h>
#include <uv.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace faultline::io {
namespace {

// Rounds of call_soon() calls in one turn: what they add runs at once, unless it never ends.
constexpr int kRoundsPerTurn = 16;
// Free blocks go back to the allocator this long after a handle was closed.
constexpr Duration kTrimDelay = std::chrono::seconds(10);
// What a loop opens by and by: epoll, the wake-up, two ends of the pipe for signals, the spare, the
// timer, the file watch; and as much again for libuv's own pipe and what a later libuv may add.
constexpr size_t kDescriptorsPerLoop = 12;

template <typename HandleType>
uv_handle_t* as_handle(HandleType& handle) {
  return reinterpret_cast<uv_handle_t*>(&handle);
}

}  // namespace

struct Loop::Impl::Handles {
  uv_loop_t loop;
  uv_async_t wake;
  uv_prepare_t prepare;  // before the loop sleeps: after timers and closed handles
  uv_check_t check;      // after the callbacks of sockets
  uv_idle_t backlog;     // active while work is left: keeps the loop from sleeping

  static Impl& of(uv_loop_t* loop) { return *static_cast<Impl*>(uv_loop_get_data(loop)); }
};

Status Loop::probe_descriptors(size_t loops) {
  std::vector<int> taken;
  int error = 0;
  while (error == 0 && taken.size() < loops * kDescriptorsPerLoop) {
    const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
      taken.push_back(fd);
    } else {
      error = errno;
    }
  }
  for (const int fd : taken) ::close(fd);
  if (error == 0) return {};
  return fail(os_error(
      -error,
      fmt::format("cannot open {} descriptors for the event loops", loops * kDescriptorsPerLoop),
      ErrorSource::Internal));
}

Loop::Impl::Impl(const Clock& the_clock) : clock(the_clock), handles(std::make_unique<Handles>()) {
  // A write to a connection that the peer has reset must be an error, not the end of the process.
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);

  uv = &handles->loop;
  FL_ASSERT(uv_loop_init(uv) == 0);
  uv_loop_set_data(uv, this);
  FL_ASSERT(uv_async_init(uv, &handles->wake, [](uv_async_t* handle) {
              Handles::of(handle->loop).take_posted();
            }) == 0);
  uv_prepare_init(uv, &handles->prepare);
  uv_prepare_start(&handles->prepare, [](uv_prepare_t* handle) {
    Impl& impl = Handles::of(handle->loop);
    ++impl.turn;
    impl.end_turn();
  });
  uv_check_init(uv, &handles->check);
  uv_check_start(&handles->check, [](uv_check_t* handle) { Handles::of(handle->loop).end_turn(); });
  uv_idle_init(uv, &handles->backlog);
  for (uv_handle_t* handle : {as_handle(handles->wake), as_handle(handles->prepare),
                              as_handle(handles->check), as_handle(handles->backlog)}) {
    uv_handle_set_data(handle, nullptr);
  }
  timers = std::make_unique<Timers>(uv, clock);
  spare_fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

Loop::Impl::~Impl() {
  FL_ASSERT(!is_running);
  close_clients();
  timers->close();
  for (uv_handle_t* handle : {as_handle(handles->wake), as_handle(handles->prepare),
                              as_handle(handles->check), as_handle(handles->backlog)}) {
    uv_close(handle, nullptr);
  }
  while (uv_run(uv, UV_RUN_DEFAULT) != 0) {
  }
  FL_ASSERT(uv_loop_close(uv) == 0);
  if (spare_fd >= 0) ::close(spare_fd);
}

void Loop::Impl::run() {
  FL_ASSERT(!is_running);
  is_running = true;
  owner = std::this_thread::get_id();
  while (!is_stop_requested.load()) {
    uv_run(uv, UV_RUN_DEFAULT);
  }
  take_posted();  // what came before stop() runs, also when run() never got to turn
  close_clients();
  is_stop_requested.store(false);
  owner = std::thread::id();
  is_running = false;
}

void Loop::Impl::close_clients() {
  is_ending = true;
  for (end_turn(); live > 0; uv_run(uv, UV_RUN_ONCE)) {
    uv_walk(
        uv,
        [](uv_handle_t* handle, void*) {
          auto* client = static_cast<LoopClient*>(uv_handle_get_data(handle));
          if (client != nullptr && uv_is_closing(handle) == 0) client->on_loop_end();
        },
        nullptr);
  }
  end_turn();
  is_ending = false;
}

void Loop::Impl::take_posted() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex);
    tasks.swap(posted);
  }
  for (const auto& task : tasks) {
    task();
  }
  if (is_stop_requested.load()) uv_stop(uv);
}

void Loop::Impl::end_turn() {
  if (turn_end.empty() && soon.empty() && !has_backlog) return;
  for (int round = 0; round < kRoundsPerTurn && (!turn_end.empty() || !soon.empty()); ++round) {
    turn_end_running.swap(turn_end);
    for (LoopClient* client : turn_end_running) {
      client->on_turn_end();
    }
    turn_end_running.clear();
    soon_running.swap(soon);
    for (auto& call : soon_running) {
      call();
    }
    soon_running.clear();
  }
  const bool had_backlog = std::exchange(has_backlog, !turn_end.empty() || !soon.empty());
  if (has_backlog == had_backlog) return;
  if (has_backlog) {
    uv_idle_start(&handles->backlog, [](uv_idle_t*) {});
  } else {
    uv_idle_stop(&handles->backlog);
  }
}

void Loop::Impl::on_handle_closed() {
  FL_DASSERT(live > 0);
  --live;
  if (is_ending && live == 0) uv_stop(uv);  // nothing else would wake the last turn
  if (trim_timer != 0 || is_ending || !is_running) return;
  trim_timer = timers->arm(
      kTrimDelay,
      [this] {
        trim_timer = 0;
        read_blocks.drop();
        blocks.trim();
      },
      false);
}

Loop::Loop(const Clock& clock) : clock_(clock), impl_(std::make_unique<Impl>(clock)) {}

Loop::~Loop() = default;

void Loop::run() { impl_->run(); }

void Loop::stop() {
  impl_->is_stop_requested.store(true);
  uv_async_send(&impl_->handles->wake);
}

void Loop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->posted.push_back(std::move(task));
  }
  uv_async_send(&impl_->handles->wake);
}

TimerHandle Loop::call_after(Duration delay, std::function<void()> call, bool precise) {
  FL_DASSERT(impl_->is_on_owner_thread());
  return {*this, impl_->timers->arm(delay, std::move(call), precise)};
}

void Loop::call_soon(std::function<void()> call) {
  FL_DASSERT(impl_->is_on_owner_thread());
  impl_->soon.push_back(std::move(call));
}

buffer::BlockPool& Loop::blocks() noexcept { return impl_->blocks; }

size_t Loop::pending_timers() const noexcept {
  return impl_->timers->pending() - (impl_->trim_timer != 0 ? 1 : 0);
}

void Loop::cancel_timer(uint64_t id) noexcept { impl_->timers->cancel(id); }

bool Loop::is_timer_pending(uint64_t id) const noexcept { return impl_->timers->is_pending(id); }

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/timers.h"

#include "proxy/base/assert.h"

#include <uv.h>

#include <algorithm>
#include <limits>
#include <utility>

#include <sys/timerfd.h>
#include <unistd.h>

namespace faultline::io {
namespace {

constexpr int64_t kTickNs = 10'000'000;
constexpr int64_t kMilliNs = 1'000'000;
constexpr int64_t kSecondNs = 1'000'000'000;
// Fine deadlines closer together than this are served by one wake-up.
constexpr int64_t kFineBatchNs = 50'000;
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// The handles know their owner by type: uv's data pointer is for LoopClient.
struct CoarseHandle : uv_timer_t {
  Timers* owner = nullptr;
};
struct FineHandle : uv_poll_t {
  Timers* owner = nullptr;
};

template <typename HandleType>
void close_handle(HandleType& handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
}

}  // namespace

struct Timers::Handles {
  uv_loop_t* loop = nullptr;
  CoarseHandle coarse;
  FineHandle fine;
  int fine_fd = -1;  // opened with the first fine timer

  static void on_coarse(uv_timer_t* handle) {
    static_cast<CoarseHandle*>(handle)->owner->run_coarse();
  }
  static void on_fine(uv_poll_t* handle, int /*status*/, int /*events*/) {
    static_cast<FineHandle*>(handle)->owner->run_fine();
  }
};

Timers::Timers(uv_loop_s* loop, const Clock& clock)
    : clock_(clock),
      coarse_armed_(kNever),
      fine_armed_(kNever),
      handles_(std::make_unique<Handles>()) {
  handles_->loop = loop;
  handles_->coarse.owner = this;
  handles_->coarse.data = nullptr;
  FL_ASSERT(uv_timer_init(loop, &handles_->coarse) == 0);
}

Timers::~Timers() = default;

void Timers::close() {
  close_handle(handles_->coarse);
  if (handles_->fine_fd < 0) return;
  close_handle(handles_->fine);
  ::close(handles_->fine_fd);
}

uint64_t Timers::arm(Duration delay, std::function<void()>&& call, bool precise) {
  const int64_t now = clock_.now().ns;
  const int64_t deadline = now + std::clamp<int64_t>(delay.count(), 0, kNever / 2 - now);
  if (precise && open_fine()) {
    const uint32_t index = slab_.acquire(TimerNode::Kind::Fine, deadline, std::move(call));
    heap_.insert(index);
    if (deadline < fine_armed_) arm_fine(deadline, now);
    return slab_.id_of(index);
  }
  const int64_t tick = (deadline + kTickNs - 1) / kTickNs;
  const uint32_t index = slab_.acquire(TimerNode::Kind::Coarse, tick, std::move(call));
  const int64_t due = wheel_.insert(index, now / kTickNs);
  if (due < coarse_armed_) arm_coarse(due, now);
  return slab_.id_of(index);
}

// What is set to a deadline nobody waits for any more stays set: one idle wake-up costs less than
// setting it anew on every cancel.
void Timers::cancel(uint64_t id) noexcept {
  const uint32_t index = slab_.find(id);
  if (index == TimerNode::kNone) return;
  if (slab_.at(index).kind == TimerNode::Kind::Fine) {
    heap_.remove(index);
  } else {
    wheel_.remove(index);
  }
  slab_.release(index);
}

void Timers::arm_coarse(int64_t tick, int64_t now_ns) {
  coarse_armed_ = tick;
  const int64_t wait_ns = std::max<int64_t>(tick * kTickNs - now_ns, 0);
  uv_update_time(handles_->loop);  // the loop's present is as old as its turn
  uv_timer_start(&handles_->coarse, &Handles::on_coarse,
                 static_cast<uint64_t>((wait_ns + kMilliNs - 1) / kMilliNs), 0);
}

void Timers::run_coarse() {
  coarse_armed_ = kNever;
  wheel_.advance(clock_.now().ns / kTickNs, [this](uint32_t index) {
    const auto call = slab_.release(index);
    call();
  });
  const auto next = wheel_.next();
  if (next && *next < coarse_armed_) arm_coarse(*next, clock_.now().ns);
}

// Without a timerfd (no descriptor left) fine timers run on the wheel: late, but they run.
bool Timers::open_fine() {
  if (handles_->fine_fd >= 0) return true;
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (fd < 0) return false;
  if (uv_poll_init(handles_->loop, &handles_->fine, fd) != 0) {
    ::close(fd);
    return false;
  }
  handles_->fine.owner = this;
  handles_->fine.data = nullptr;
  handles_->fine_fd = fd;
  FL_ASSERT(uv_poll_start(&handles_->fine, UV_READABLE, &Handles::on_fine) == 0);
  return true;
}

void Timers::arm_fine(int64_t deadline_ns, int64_t now_ns) {
  fine_armed_ = deadline_ns;
  // A wait of zero would disarm it.
  const int64_t wait_ns = std::max<int64_t>(deadline_ns - now_ns, 1);
  itimerspec spec{};
  spec.it_value.tv_sec = wait_ns / kSecondNs;
  spec.it_value.tv_nsec = wait_ns % kSecondNs;
  FL_ASSERT(timerfd_settime(handles_->fine_fd, 0, &spec, nullptr) == 0);
}

void Timers::run_fine() {
  const int64_t now = clock_.now().ns;
  const uint64_t last = slab_.order();  // what a callback arms waits for the next wake-up
  while (!heap_.empty()) {
    const uint32_t index = heap_.top();
    if (slab_.at(index).deadline > now || slab_.at(index).order > last) break;
    heap_.remove(index);
    const auto call = slab_.release(index);
    call();
  }
  if (heap_.empty()) {
    fine_armed_ = kNever;
    uint64_t expirations = 0;  // reading makes the descriptor quiet, as setting it does
    [[maybe_unused]] const auto bytes =
        ::read(handles_->fine_fd, &expirations, sizeof(expirations));
    return;
  }
  const int64_t end = clock_.now().ns;
  arm_fine(std::max(slab_.at(heap_.top()).deadline, end + kFineBatchNs), end);
}

}  // namespace faultline::io

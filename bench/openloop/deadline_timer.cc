// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/deadline_timer.h"

#include <algorithm>
#include <utility>

#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace faultline::bench {

DeadlineTimer::~DeadlineTimer() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool DeadlineTimer::open(uv_loop_t& loop, std::function<void()> on_time) {
  on_time_ = std::move(on_time);
  // The default slack lets the kernel wake this thread 50 us late.
  prctl(PR_SET_TIMERSLACK, 1UL);
  descriptor_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (descriptor_ < 0 || uv_poll_init(&loop, &poll_, descriptor_) != 0) return false;
  poll_.data = this;
  return uv_poll_start(&poll_, UV_READABLE, &DeadlineTimer::on_readable) == 0;
}

void DeadlineTimer::arm(uint64_t monotonic_ns) {
  constexpr uint64_t kSecond = 1'000'000'000;
  const uint64_t at = std::max<uint64_t>(monotonic_ns, 1);  // 0 would disarm it.
  itimerspec spec{};
  spec.it_value.tv_sec = static_cast<time_t>(at / kSecond);
  spec.it_value.tv_nsec = static_cast<decltype(spec.it_value.tv_nsec)>(at % kSecond);
  timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &spec, nullptr);
}

void DeadlineTimer::close(uv_close_cb on_closed, void* data) {
  poll_.data = data;
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), on_closed);
}

void DeadlineTimer::on_readable(uv_poll_t* poll, int /*status*/, int /*events*/) {
  auto& timer = *static_cast<DeadlineTimer*>(poll->data);
  uint64_t ticks = 0;
  // Nothing to read when it was armed anew since the wake-up: then it will wake again.
  if (read(timer.descriptor_, &ticks, sizeof ticks) == sizeof ticks) timer.on_time_();
}

}  // namespace faultline::bench

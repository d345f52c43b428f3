// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/scheduler.h"

#include <utility>

namespace faultline {

TimerHandle::TimerHandle(TimerHandle&& other) noexcept
    : scheduler_(std::exchange(other.scheduler_, nullptr)), id_(std::exchange(other.id_, 0)) {}

TimerHandle& TimerHandle::operator=(TimerHandle&& other) noexcept {
  if (this != &other) {
    cancel();
    scheduler_ = std::exchange(other.scheduler_, nullptr);
    id_ = std::exchange(other.id_, 0);
  }
  return *this;
}

void TimerHandle::cancel() noexcept {
  if (scheduler_ != nullptr) {
    scheduler_->cancel_timer(id_);
    scheduler_ = nullptr;
  }
}

bool TimerHandle::is_pending() const noexcept {
  return scheduler_ != nullptr && scheduler_->is_timer_pending(id_);
}

}  // namespace faultline

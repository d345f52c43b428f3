// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/check_pool.h"

#include <utility>

namespace faultline::cli {
namespace {

// For each worker one batch in hand and one that waits: reading is faster than checking.
constexpr size_t kQueuedPerWorker = 2;

}  // namespace

CheckPool::CheckPool(std::vector<std::unique_ptr<CheckWorker>> workers)
    : workers_(std::move(workers)) {
  if (workers_.size() == 1) return;
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, &target = *worker] { run(target); });
  }
}

CheckPool::~CheckPool() { finish(); }

std::unique_ptr<record::TrafficBatch> CheckPool::take() {
  const std::lock_guard lock(mutex_);
  if (free_.empty()) return std::make_unique<record::TrafficBatch>();
  auto batch = std::move(free_.back());
  free_.pop_back();
  return batch;
}

void CheckPool::push(std::unique_ptr<record::TrafficBatch> batch) {
  if (threads_.empty()) {
    workers_.front()->process(*batch);
    free_.push_back(std::move(batch));
    return;
  }
  {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [this] { return queue_.size() < kQueuedPerWorker * workers_.size(); });
    queue_.push_back(std::move(batch));
  }
  has_work_.notify_one();
}

std::unique_ptr<record::TrafficBatch> CheckPool::pop() {
  std::unique_lock lock(mutex_);
  has_work_.wait(lock, [this] { return !queue_.empty() || is_finishing_; });
  if (queue_.empty()) return nullptr;
  auto batch = std::move(queue_.front());
  queue_.pop_front();
  return batch;
}

void CheckPool::run(CheckWorker& worker) {
  while (auto batch = pop()) {
    has_room_.notify_one();
    worker.process(*batch);
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(batch));
  }
}

void CheckPool::finish() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_finishing_, true)) return;
  }
  has_work_.notify_all();
  for (auto& thread : threads_) thread.join();
  for (const auto& worker : workers_) worker->finish();
}

}  // namespace faultline::cli

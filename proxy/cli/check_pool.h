// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/cli/check_worker.h"
#include "proxy/record/traffic_reader.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace faultline::cli {

/// Checks batches on several threads. The caller reads and pushes; the queue is bounded, so a
/// recording of any length is in memory only in part. With one worker everything happens on the
/// caller's thread.
class CheckPool {
 public:
  explicit CheckPool(std::vector<std::unique_ptr<CheckWorker>> workers);
  ~CheckPool();
  CheckPool(const CheckPool&) = delete;
  CheckPool& operator=(const CheckPool&) = delete;

  /// An empty batch to fill; one that was used before when there is one.
  [[nodiscard]] std::unique_ptr<record::TrafficBatch> take();
  /// Waits for room in the queue.
  void push(std::unique_ptr<record::TrafficBatch> batch);
  /// Works off the queue and ends the threads. Then the workers' counts are final.
  void finish();
  [[nodiscard]] const std::vector<std::unique_ptr<CheckWorker>>& workers() const noexcept {
    return workers_;
  }

 private:
  using Batches = std::deque<std::unique_ptr<record::TrafficBatch>>;
  void run(CheckWorker& worker);
  [[nodiscard]] std::unique_ptr<record::TrafficBatch> pop();

  std::vector<std::unique_ptr<CheckWorker>> workers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  Batches queue_;
  Batches free_;
  bool is_finishing_ = false;
};

}  // namespace faultline::cli

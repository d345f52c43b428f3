// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/mirror/pipeline.h"
#include "proxy/mirror/tee.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace faultline::mirror {

/// The analysis thread: takes captured exchanges from the workers' tees, runs them through the
/// pipeline, sends them home. Reads the workers' blocks, never counts them.
class Analysis {
 public:
  Analysis(std::unique_ptr<Pipeline> pipeline, Doorbell& doorbell, std::vector<Tee*> tees);
  ~Analysis();
  Analysis(const Analysis&) = delete;
  Analysis& operator=(const Analysis&) = delete;

  void start();
  /// Works off what the tees hold, then ends the thread. The workers must have stopped pushing.
  void stop();
  [[nodiscard]] Pipeline& pipeline() noexcept { return *pipeline_; }

 private:
  void run();
  [[nodiscard]] bool work_once();
  void process(const CapturedExchange& exchange);

  std::unique_ptr<Pipeline> pipeline_;
  Doorbell& doorbell_;
  std::vector<Tee*> tees_;
  std::string request_body_;  // reused: bodies that came in several blocks
  std::string response_body_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace faultline::mirror

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/stats_collector.h"

#include "proxy/base/limits.h"

#include <utility>

namespace faultline::server {

StatsCollector::StatsCollector(io::Loop& control,
                               const std::vector<std::unique_ptr<Worker>>& workers)
    : control_(control), workers_(workers) {}

void StatsCollector::collect(Callback on_done) {
  const bool is_round_under_way = !waiting_.empty();
  waiting_.push_back(std::move(on_done));
  if (!is_round_under_way) start_round();
}

void StatsCollector::start_round() {
  const uint64_t round = ++round_;
  reports_.resize(workers_.size());
  missing_ = workers_.size();
  timeout_ = control_.call_after(limits::kStatsPullTimeout, [this] { finish_round(); });
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->report([this, round, i](WorkerReport&& report) {
      // Shared only because a posted task must be copyable.
      control_.post([this, round, i, sent = std::make_shared<WorkerReport>(std::move(report))] {
        take(round, i, std::move(*sent));
      });
    });
  }
}

void StatsCollector::take(uint64_t round, size_t worker, WorkerReport&& report) {
  // A late answer of an earlier round is news all the same: answers of one worker keep their order.
  reports_[worker] = std::move(report);
  if (round != round_ || missing_ == 0) return;
  if (--missing_ == 0) finish_round();
}

void StatsCollector::finish_round() {
  timeout_.cancel();
  const size_t stale = std::exchange(missing_, 0);
  // A callback may ask again, which begins the next round.
  const auto waiting = std::exchange(waiting_, {});
  for (const Callback& on_done : waiting) on_done(reports_, stale);
}

}  // namespace faultline::server

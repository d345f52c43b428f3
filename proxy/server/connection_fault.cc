// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/connection_fault.h"

#include <utility>

namespace faultline::server {

using rules::Side;

ConnectionFault::ConnectionFault(WorkerContext& worker, ConnectionHost& host, SnapshotPtr snapshot,
                                 ExchangeId id, rules::Decision decision)
    : worker_(worker),
      host_(host),
      snapshot_(std::move(snapshot)),
      rule_(snapshot_->config->rules[decision.rule]),
      listener_(id.listener),
      log_(worker.events, *snapshot_->decisions, worker.loop.clock(), id, snapshot_->config) {
  const uint32_t index = decision.rule;
  filter_ = filters::make_filter({index, &rule_, std::move(decision)}, rules::Protocol::Tcp);
}

void ConnectionFault::attach(Relay& relay) {
  for (const Side side : {Side::Request, Side::Response}) {
    if (!filters::has(filter_->interest(), filters::bytes_of(side))) continue;
    auto stage = filter_->make_stage(side, *this, relay.entry(side));
    stages_.push_back(stage.get());
    relay.add_stage(side, std::move(stage));
  }
}

void ConnectionFault::disarm() {
  is_armed_ = false;
  const bool flush = rule_.on_disarm == rules::OnDisarm::Flush;
  filter_->on_disarm(*this, flush);
  for (auto* stage : stages_) stage->retire(flush);
}

void ConnectionFault::pause_source(Side side) {
  if (Relay* const relay = host_.relay()) relay->pause_source(side);
}

void ConnectionFault::resume_source(Side side) {
  if (Relay* const relay = host_.relay()) relay->resume_source(side);
}

std::shared_ptr<filters::RateLimiter> ConnectionFault::limiter(const filters::PlannedFault& fault,
                                                               const rules::ThrottleSpec& spec) {
  if (spec.per == rules::ThrottleSpec::Per::Listener) {
    return snapshot_->limiters->get(listener_, fault.rule->name, spec.bytes_per_second);
  }
  return std::make_shared<filters::RateLimiter>(spec.bytes_per_second);
}

}  // namespace faultline::server

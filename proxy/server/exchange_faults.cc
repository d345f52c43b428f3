// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/exchange_faults.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace faultline::server {
namespace {

using filters::Interest;
using rules::Side;

Interest body_interest(Side side) {
  return side == Side::Request ? Interest::RequestBody : Interest::ResponseBody;
}

}  // namespace

ExchangeFaults::ExchangeFaults(WorkerContext& worker, FaultHost& host, SnapshotPtr snapshot,
                               ExchangeId id)
    : worker_(worker),
      host_(host),
      snapshot_(std::move(snapshot)),
      id_(id),
      log_(worker.events, *snapshot_->decisions, worker.loop.clock(), id, snapshot_->config,
           memory_) {}

ExchangeFaults::~ExchangeFaults() { finish(); }

void ExchangeFaults::decide(const std::vector<uint32_t>& matched, const rules::ScopeFacts& scope,
                            uint32_t phase) {
  scope_ = scope;
  const auto& compiled = snapshot_->rules[id_.listener];
  for (const uint32_t rule : matched) {
    const bool is_armed = snapshot_->is_armed(phase, rule);
    if (compiled.needs_response(rule)) {
      awaiting_response_.emplace_back(rule, is_armed);
    } else {
      decide_one(rule, is_armed);
    }
  }
}

void ExchangeFaults::decide_one(uint32_t rule, bool is_armed) {
  const auto& config = snapshot_->config->rules[rule];
  Duration since_start{};
  if (config.trigger.window) since_start = worker_.loop.clock().now() - worker_.control.start();
  filters::PlannedFault fault{rule, &config,
                              snapshot_->decisions->decide(rule, scope_, since_start, is_armed)};
  if (!fault.decision.fired()) {
    auto witness = is_armed ? filters::make_witness(config, memory_) : nullptr;
    if (witness) add(std::move(witness));
    return;
  }
  const auto& listener = snapshot_->config->listeners[id_.listener];
  add(filters::make_filter(std::move(fault), listener.protocol, memory_));
  if (config.apply == rules::Apply::Live) live_.push_back({rule, filters_.back().get(), nullptr});
}

void ExchangeFaults::add(filters::FilterPtr filter) {
  interests_ = interests_ | filter->interest();
  filters_.push_back(std::move(filter));
}

void ExchangeFaults::decide_awaiting() {
  // A filter of the request may have added a field since, and the list may lie elsewhere now.
  scope_.fields = rules::FieldLookup(host_.request_half().head.fields.all());
  const auto& head = host_.response_half().head;
  const rules::ResponseFacts facts{head.status, rules::FieldLookup(head.fields.all())};
  const auto& compiled = snapshot_->rules[id_.listener];
  for (const auto& [rule, is_armed] : awaiting_response_) {
    if (compiled.match_response(rule, facts)) decide_one(rule, is_armed);
  }
  awaiting_response_.clear();
}

void ExchangeFaults::start(Side side) {
  if (side == Side::Response && !awaiting_response_.empty()) decide_awaiting();
  const bool wants_body = filters::has(interests_, body_interest(side));
  if (!wants_body || !start_buffering(side)) run(side);
}

bool ExchangeFaults::start_buffering(Side side) {
  SideState& state = side_state(side);
  const auto ask = [&](auto& half, bool must_stream) {
    for (const auto& filter : filters_) {
      if (!filters::has(filter->interest(), body_interest(side))) continue;
      if (filter->refuses_body(half.head)) continue;
      if (must_stream) {
        state.body_refused = rules::BypassReason::Streaming;
        continue;
      }
      half.is_buffering = true;
      half.payload_limit = std::max(half.payload_limit, filter->body_limit());
    }
    return half.is_buffering;
  };
  if (side == Side::Response) return ask(host_.response_half(), false);
  // A client that waits for 100 Continue sends no body before the head has gone upstream.
  return ask(host_.request_half(), host_.request_half().head.expects_continue);
}

void ExchangeFaults::on_body_progress(Side side) {
  const auto check = [&](auto& half) {
    if (!half.is_buffering) return false;
    if (half.is_payload_cut()) side_state(side).body_refused = rules::BypassReason::BufferLimit;
    if (!half.is_complete && !half.is_payload_cut()) return false;
    half.is_buffering = false;
    return true;
  };
  const bool is_ready =
      side == Side::Request ? check(host_.request_half()) : check(host_.response_half());
  if (is_ready) run(side);
}

filters::Flow ExchangeFaults::run_one(Side side, size_t position) {
  SideState& state = side_state(side);
  const auto call = [&](auto& half, const filters::Filter& filter, auto method) {
    filters::Message message{half.head, nullptr, false, state.body_refused};
    if (filters::has(interests_, body_interest(side)) &&
        filters::has(filter.interest(), body_interest(side))) {
      // Refused for itself: another filter may still have had the body buffered.
      if (auto refused = filter.refuses_body(half.head)) message.body_refused = refused;
      const bool has_body = half.is_complete && !half.is_payload_cut() && !message.body_refused;
      if (has_body) message.body = &half.payload;
    }
    const auto flow = method(message);
    state.is_body_edited = state.is_body_edited || message.is_body_edited;
    return flow;
  };
  if (side == Side::Request) {
    filters::Filter& filter = *filters_[position];
    return call(host_.request_half(), filter, [&](filters::RequestMessage& message) {
      return filter.on_request(message, *this);
    });
  }
  filters::Filter& filter = *filters_[filters_.size() - 1 - position];
  return call(host_.response_half(), filter, [&](filters::ResponseMessage& message) {
    return filter.on_response(message, *this);
  });
}

void ExchangeFaults::run(Side side) {
  SideState& state = side_state(side);
  while (state.next < filters_.size()) {
    is_inside_filter_ = true;
    const auto flow = run_one(side, state.next++);
    is_inside_filter_ = false;
    if (is_decided()) {
      settle();
      return;
    }
    if (flow == filters::Flow::Hold && !std::exchange(state.is_proceed_pending, false)) return;
  }
  if (side == Side::Request) {
    if (state.is_body_edited) reframe(host_.request_half());
  } else if (state.is_body_edited) {
    reframe(host_.response_half());
  }
  if (filters::has(interests_, filters::bytes_of(side))) make_stages(side);
  host_.release(side);
}

template <typename HeadType>
void ExchangeFaults::reframe(ExchangeHalf<HeadType>& half) {
  half.out.clear();
  half.payload_bytes = half.payload.size();
  buffer::Chain copy;
  for (const auto& slice : half.payload.slices()) copy.append(slice);
  if (half.head.framing == http::BodyFraming::Chunked) {
    http::write_chunk(blocks(), half.out, std::move(copy));
    half.out.append(http::write_last_chunk(blocks(), http::Fields()));
  } else {
    half.out.append(std::move(copy));
  }
}

void ExchangeFaults::make_stages(Side side) {
  filters::ByteStage::Sink sink = [this, side](buffer::Chain&& bytes, bool end) {
    host_.deliver(side, std::move(bytes), end);
  };
  auto& stages = side == Side::Request ? host_.request_half().stages : host_.response_half().stages;
  for (const auto& filter : filters_) {
    if (!filters::has(filter->interest(), filters::bytes_of(side))) continue;
    stages.push_back(filter->make_stage(side, *this, std::move(sink)));
    for (auto& live : live_) {
      if (live.filter == filter.get()) live.stage = stages.back().get();
    }
    sink = [next = stages.back().get()](buffer::Chain&& bytes, bool end) {
      next->push(std::move(bytes), end);
    };
  }
}

void ExchangeFaults::settle() {
  if (std::exchange(is_over_, true)) return;
  if (pending_end_) {
    host_.end(*pending_end_);
  } else {
    host_.respond(std::move(*pending_reply_));
  }
}

void ExchangeFaults::proceed(Side side) {
  if (is_over_) return;
  if (is_inside_filter_) {
    side_state(side).is_proceed_pending = true;
    return;
  }
  run(side);
}

void ExchangeFaults::respond(http::LocalReply reply) {
  pending_reply_ = std::move(reply);
  if (!is_inside_filter_) settle();
}

void ExchangeFaults::end(filters::EndKind kind) {
  pending_end_ = kind;
  if (!is_inside_filter_) settle();
}

bool ExchangeFaults::take_interim(http::ResponseHead& head) {
  for (const auto& filter : filters_) {
    if (filter->takes_interim(head, *this)) return true;
  }
  return false;
}

void ExchangeFaults::follow(const Snapshot& now, uint32_t phase) {
  const auto is_gone = [&](const Live& live) {
    const auto& rule = snapshot_->config->rules[live.rule];
    const auto& all = now.config->rules;
    const auto found = std::find_if(all.begin(), all.end(), [&rule](const auto& other) {
      return other.name == rule.name && other.fault == rule.fault;
    });
    return found == all.end() || !now.is_armed(phase, static_cast<uint32_t>(found - all.begin()));
  };
  std::vector<Live> gone;
  std::copy_if(live_.begin(), live_.end(), std::back_inserter(gone), is_gone);
  std::erase_if(live_, is_gone);
  for (const auto& live : gone) {
    if (is_over_) return;
    const bool flush = snapshot_->config->rules[live.rule].on_disarm == rules::OnDisarm::Flush;
    live.filter->on_disarm(*this, flush);
    if (live.stage != nullptr && !is_over_) live.stage->retire(flush);
  }
}

void ExchangeFaults::finish() {
  is_over_ = true;
  for (const auto& filter : filters_) filter->on_end(*this);
  filters_.clear();
}

const contracts::ContractSet* ExchangeFaults::contracts() const noexcept {
  return snapshot_->contracts[id_.listener].get();
}

std::shared_ptr<filters::RateLimiter> ExchangeFaults::limiter(const filters::PlannedFault& fault,
                                                              const rules::ThrottleSpec& spec) {
  switch (spec.per) {
    case rules::ThrottleSpec::Per::Exchange:
      break;
    case rules::ThrottleSpec::Per::Connection:
      return host_.connection_limiter(*fault.rule, spec.bytes_per_second);
    case rules::ThrottleSpec::Per::Listener:
      return snapshot_->limiters->get(id_.listener, fault.rule->name, spec.bytes_per_second);
  }
  return std::make_shared<filters::RateLimiter>(spec.bytes_per_second);
}

}  // namespace faultline::server

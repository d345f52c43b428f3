// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/trace_fields.h"
#include "proxy/server/http_exchange.h"

#include <algorithm>
#include <utility>

// What is kept of an exchange: its numbers, its place in a trace, its copy for the mirror.
namespace faultline::server {

void HttpExchange::finish() {
  if (faults_) faults_->finish();
  record_stats();
  if (worker_.tee == nullptr) return;
  if (is_booked_ && worker_.sheds_mirror()) {
    worker_.tee->count_dropped(response_.has_head && has_answer_begun_ ? 2 : 1, "overload");
  } else if (is_booked_) {
    send_to_mirror();
  } else {
    worker_.tee->count_dropped(1, "client left while the mirror was full");
  }
}

void HttpExchange::record_stats() {
  auto& stats = worker_.stats;
  // An answer that a fault or this proxy made is whole too: the client got all of it.
  auto& listener = stats.listener(id_.listener);
  ++(response_.is_delivered ? listener.exchanges_completed : listener.exchanges_aborted);
  // One writer: a load and a store, no locked instruction.
  stats.exchanges_ended.store(stats.exchanges_ended.load(std::memory_order_relaxed) + 1,
                              std::memory_order_relaxed);
  run::PhaseSample sample;
  sample.status = response_.is_delivered ? response_.head.status : 0;
  sample.latency = ended_ - began_;
  sample.injected_delay = faults_ ? faults_->injected_delay() : Duration(0);
  if (sent_upstream_.ns != 0 && answered_.ns != 0) {
    const Duration waited = answered_ - sent_upstream_;
    sample.added = std::max(Duration(0), sample.latency - waited - sample.injected_delay);
    added_ = sample.added;
  }
  stats.phase(phase_).record(sample);
}

void HttpExchange::join_trace() {
  auto& head = request_.head;
  // A transparent hop adds nothing: what the upstream makes of it hangs beside the spans made here.
  if (!is_gateway() || head.is_connect) return;
  const SpanIds ids = span_ids(snapshot_->decisions->seed(), listener_.name, id_);
  const TraceParent own{trace_parent_ ? trace_parent_->trace : ids.trace, ids.client,
                        trace_parent_ ? trace_parent_->flags : TraceParent::kSampled};
  http::set_trace_parent(head, own, trace_parent_.has_value());
}

mirror::TraceNotes HttpExchange::trace_notes() const {
  mirror::TraceNotes notes{.parent = trace_parent_, .began = began_, .ended = ended_, .call = {}};
  if (sent_upstream_.ns != 0) {
    const int answered = is_local_answer_ ? 0 : response_.head.status;
    MonoTime ended = answered_.ns != 0 ? answered_ : ended_;
    if (upstream_ended_.ns != 0) ended = upstream_ended_;
    notes.call = {sent_upstream_, ended, upstream_status_ != 0 ? upstream_status_ : answered};
  }
  return notes;
}

void HttpExchange::send_to_mirror() {
  // Not make_unique: it would zero the room for fields first.
  auto capture = std::make_unique_for_overwrite<mirror::CapturedExchange>();
  capture->id = id_;
  capture->listener = listener_.name;
  capture->contracts = snapshot_->contracts[id_.listener].get();
  capture->pin = snapshot_;
  capture->started = began_ - worker_.control.start();
  capture->duration = ended_ - began_;
  capture->added = added_;
  capture->outcome = outcome_;
  const auto& config = *snapshot_->config;
  const bool is_logged = config.access_log || config.traces;
  // Findings count the clients they come from.
  const bool is_checked = capture->contracts != nullptr && !capture->contracts->empty();
  if (is_logged || is_checked) capture->client = owner_.client();
  if (is_logged) {
    if (request_.head.is_connect) {
      capture->upstream = request_.head.target;
    } else if (sent_upstream_.ns != 0) {
      capture->upstream = format_host_port(listener_.upstream.address);
    }
  }
  if (config.traces) capture->trace = trace_notes();
  if (faults_) capture->faults = faults_->applied();
  const auto fill = [this](auto& captured, auto& half) {
    half.keep_for_mirror(worker_.capture_bytes);
    captured.state = half.body_state();
    captured.payload_bytes = half.payload_bytes;
    captured.head = std::move(half.head);
    captured.payload = std::move(half.payload);
  };
  fill(capture->request, request_);
  // An answer the client never saw a byte of is not part of what it was told.
  if (response_.has_head && has_answer_begun_) {
    capture->response.emplace();
    fill(*capture->response, response_);
    if (!response_.is_delivered) capture->response->state = BodyState::Aborted;
  }
  capture->pinned_bytes = capture->request.payload.size() + limits::kBlockBytes +
                          (capture->response ? capture->response->payload.size() : 0);
  worker_.send_to_mirror(std::move(capture));
}

}  // namespace faultline::server

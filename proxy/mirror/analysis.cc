// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/analysis.h"

#include <utility>

#include <pthread.h>

namespace faultline::mirror {
namespace {

std::string_view version_text(http::Version version) {
  return version == http::Version::Http10 ? "HTTP/1.0" : "HTTP/1.1";
}

// The payload as one text: itself when it is one slice, a copy otherwise.
std::string_view contiguous(const buffer::Chain& payload, std::string& copy) {
  const auto slices = payload.slices();
  if (slices.empty()) return {};
  if (slices.size() == 1) return slices.front().view();
  copy.clear();
  for (const auto& slice : slices) copy.append(slice.view());
  return copy;
}

void fill(MessageView& view, const http::Head& head) {
  view.version = version_text(head.version);
  view.fields.reserve(head.fields.size());
  for (const auto& field : head.fields.all()) view.fields.push_back({field.name, field.value});
}

}  // namespace

Analysis::Analysis(std::unique_ptr<Pipeline> pipeline, Doorbell& doorbell, std::vector<Tee*> tees)
    : pipeline_(std::move(pipeline)), doorbell_(doorbell), tees_(std::move(tees)) {}

Analysis::~Analysis() { stop(); }

void Analysis::start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "fl-analysis");
    run();
  });
}

void Analysis::stop() {
  if (!thread_.joinable()) return;
  is_stopping_.store(true, std::memory_order_seq_cst);
  doorbell_.hurry();
  thread_.join();
}

void Analysis::run() {
  const auto has_work = [this] {
    if (is_stopping_.load(std::memory_order_seq_cst)) return true;
    for (const Tee* tee : tees_) {
      if (tee->has_work()) return true;
    }
    return false;
  };
  bool has_worked = false;  // since the last nap
  while (true) {
    const bool is_stopping = is_stopping_.load(std::memory_order_seq_cst);
    if (work_once()) {
      has_worked = true;
    } else if (is_stopping) {
      return;
    } else if (std::exchange(has_worked, false)) {
      doorbell_.nap(limits::kAnalysisNap);
    } else {
      doorbell_.wait(has_work);
    }
  }
}

bool Analysis::work_once() {
  bool did_work = false;
  for (Tee* tee : tees_) {
    auto exchange = tee->pop();
    if (!exchange) continue;
    process(*exchange);
    tee->send_home(std::move(exchange));
    did_work = true;
  }
  return did_work;
}

void Analysis::process(const CapturedExchange& exchange) {
  ExchangeView view;
  view.id = exchange.id;
  view.listener = exchange.listener;
  view.protocol = exchange.protocol;
  view.t_ns = exchange.started.count();
  view.outcome = exchange.outcome;
  view.contracts = exchange.contracts;
  view.faults = exchange.faults;
  if (exchange.trace) view.trace = &*exchange.trace;
  auto& measures = view.measures.emplace();
  measures.duration = exchange.duration;
  measures.added = exchange.added;
  measures.client = exchange.client;
  measures.upstream = exchange.upstream;
  measures.request_bytes = exchange.request.payload_bytes;
  if (exchange.response) measures.response_bytes = exchange.response->payload_bytes;
  const auto& request = exchange.request;
  view.request.direction = Direction::Request;
  view.request.method = request.head.method;
  view.request.target = request.head.target;
  view.request.body = contiguous(request.payload, request_body_);
  view.request.body_state = request.state;
  fill(view.request, request.head);
  if (exchange.response) {
    const auto& response = *exchange.response;
    auto& half = view.response.emplace();
    half.direction = Direction::Response;
    half.method = request.head.method;
    half.target = request.head.target;
    half.status = response.head.status;
    half.body = contiguous(response.payload, response_body_);
    half.body_state = response.state;
    fill(half, response.head);
  }
  pipeline_->process(view);
}

}  // namespace faultline::mirror

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/worker.h"

#include <utility>

#include <pthread.h>

namespace faultline::server {

Worker::Worker(const Options& options)
    : index_(options.index),
      loop_(options.clock),
      pool_(loop_, stats_),
      context_{loop_, options.control, options.events,  options.tee, options.capture_bytes,
               pool_, stats_,          options.snapshot},
      sessions_(context_) {
  context_.listeners = options.shared;
  if (context_.tee != nullptr) {
    context_.tee->set_on_room([this] {
      loop_.post([this] {
        context_.tee->collect();
        sessions_.on_mirror_room();
      });
    });
  }
}

Worker::~Worker() {
  if (thread_.joinable()) stop();
}

Result<HostPort> Worker::listen(uint32_t index, const HostPort& address) {
  FL_TRY(auto listener, loop_.listen(address, accept_for(index)));
  HostPort real = listener->address();
  adopt(index, std::move(listener));
  return real;
}

io::Loop::AcceptCallback Worker::accept_for(uint32_t index) {
  return [this, index](std::unique_ptr<io::Stream> stream) {
    sessions_.accept(index, std::move(stream));
  };
}

void Worker::adopt(uint32_t index, std::unique_ptr<io::Listener> listener) {
  if (listeners_.size() <= index) listeners_.resize(index + 1);
  listeners_[index] = std::move(listener);
}

void Worker::close_listener(uint32_t index) {
  if (index >= listeners_.size()) return;  // it could not be opened here
  auto listener = std::exchange(listeners_[index], nullptr);
  if (!listener) return;
  listener->accept_waiting();
  accept_errors_ += listener->accept_errors();
}

void Worker::change_listeners(ListenerChange& change) {
  for (const uint32_t index : change.retired) close_listener(index);
  for (auto& opened : change.opened) {
    if (context_.listeners.size() <= opened.index) context_.listeners.resize(opened.index + 1);
    context_.listeners[opened.index] = opened.shared;
    auto listener = loop_.listen(std::move(opened.socket), accept_for(opened.index));
    if (listener) {
      adopt(opened.index, std::move(*listener));
    } else {
      // No descriptor for it: the other workers have the address, too.
      ++accept_errors_;
    }
  }
  for (const uint32_t index : change.retired) sessions_.retire(index, change.deadline);
}

void Worker::start() {
  thread_ = std::thread([this] {
    const std::string name = "fl-worker-" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    loop_.run();
  });
}

void Worker::publish(SnapshotPtr snapshot, ListenerChange change, std::function<void()> on_taken) {
  // Shared because a posted call must be copyable.
  loop_.post([this, snapshot = std::move(snapshot),
              change = std::make_shared<ListenerChange>(std::move(change)),
              on_taken = std::move(on_taken)]() mutable {
    sessions_.publish(std::move(snapshot));
    change_listeners(*change);
    on_taken();
  });
}

void Worker::follow_phase() {
  loop_.post([this] { sessions_.follow_phase(); });
}

void Worker::report(std::function<void(WorkerReport&&)> on_done) {
  loop_.post([this, on_done = std::move(on_done)] { on_done(make_report()); });
}

WorkerReport Worker::make_report() const {
  WorkerReport report{.counts = static_cast<const WorkerCounts&>(stats_),
                      .accept_errors = accept_errors_,
                      .idle_upstreams = pool_.idle_count(),
                      .mirror_seen = 0,
                      .mirror_dropped = {},
                      .mirror_pinned_bytes = 0};
  for (const auto& listener : listeners_) {
    if (listener) report.accept_errors += listener->accept_errors();
  }
  if (context_.tee != nullptr) {
    report.mirror_seen = context_.tee->seen();
    report.mirror_dropped = context_.tee->dropped();
    report.mirror_pinned_bytes = context_.tee->pinned_bytes();
  }
  return report;
}

void Worker::close_idle() {
  loop_.post([this] { sessions_.close_idle(); });
}

void Worker::drain(Duration deadline, std::function<void()> on_drained) {
  loop_.post([this, deadline, on_drained = std::move(on_drained)]() mutable {
    for (uint32_t i = 0; i < listeners_.size(); ++i) close_listener(i);
    sessions_.drain(deadline, std::move(on_drained));
  });
}

void Worker::stop() {
  loop_.stop();
  thread_.join();
  if (context_.tee != nullptr) context_.tee->collect();
}

}  // namespace faultline::server

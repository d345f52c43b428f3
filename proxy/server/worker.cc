// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/worker.h"

#include "proxy/base/ip_address.h"
#include "proxy/server/http_session.h"
#include "proxy/server/prologue_session.h"
#include "proxy/server/tcp_session.h"

#include <algorithm>
#include <utility>

#include <pthread.h>

namespace faultline::server {

Worker::Worker(const Options& options)
    : index_(options.index),
      loop_(options.clock),
      pool_(loop_, stats_),
      context_{loop_, options.control, options.events,   options.tee, options.capture_bytes,
               pool_, stats_,          options.snapshot, false},
      shared_(options.shared) {
  context_.listeners = options.shared;
  if (context_.tee != nullptr) {
    context_.tee->set_on_room([this] {
      loop_.post([this] {
        context_.tee->collect();
        for (Session* session : sessions()) session->on_mirror_room();
      });
    });
  }
}

Worker::~Worker() {
  if (thread_.joinable()) stop();
}

Result<HostPort> Worker::listen(uint32_t index, const HostPort& address) {
  auto listener = loop_.listen(address, [this, index](std::unique_ptr<io::Stream> stream) {
    on_accept(index, std::move(stream));
  });
  if (!listener) return fail(std::move(listener.error()));
  HostPort real = (*listener)->address();
  listeners_.push_back(std::move(*listener));
  return real;
}

void Worker::start() {
  thread_ = std::thread([this] {
    const std::string name = "fl-worker-" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    loop_.run();
  });
}

void Worker::on_accept(uint32_t listener, std::unique_ptr<io::Stream> stream) {
  auto& shared = *shared_[listener];
  if (context_.control.pressure() == Pressure::Full) {
    ++stats_.listener(listener).connections_refused;
    stats_.count_error("downstream", "overload");
    return;
  }
  if (shared.open_connections.fetch_add(1, std::memory_order_relaxed) >=
      context_.snapshot->config->listeners[listener].limits.connections) {
    shared.open_connections.fetch_sub(1, std::memory_order_relaxed);
    ++stats_.listener(listener).connections_refused;
    stats_.count_error("downstream", "connection_limit");
    return;  // destroying an unstarted stream closes it
  }
  ++stats_.listener(listener).connections_accepted;
  const uint64_t ordinal = shared.next_connection.fetch_add(1, std::memory_order_relaxed);
  if (!begins_with_proxy_header(listener, *stream)) {
    add_session(listener, make_session(listener, ordinal, {.stream = std::move(stream)}));
    return;
  }
  add_session(listener, std::make_unique<PrologueSession>(
                            context_, *this, listener, std::move(stream),
                            [this, listener, ordinal](Session& prologue, Accepted accepted) {
                              replace_session(prologue,
                                              make_session(listener, ordinal, std::move(accepted)));
                            }));
}

bool Worker::begins_with_proxy_header(uint32_t listener, const io::Stream& stream) const {
  const auto& networks = context_.snapshot->config->listeners[listener].proxy_protocol_from;
  if (networks.empty()) return false;
  const auto peer = IpAddress::parse(stream.peer().host);
  return peer && std::any_of(networks.begin(), networks.end(),
                             [&peer](const IpNetwork& network) { return network.contains(*peer); });
}

std::unique_ptr<Session> Worker::make_session(uint32_t listener, uint64_t ordinal,
                                              Accepted accepted) {
  const auto& config = context_.snapshot->config->listeners[listener];
  if (config.protocol == rules::Protocol::Http) {
    return std::make_unique<HttpSession>(context_, *this, listener, ordinal, std::move(accepted));
  }
  return std::make_unique<TcpSession>(context_, *this, listener, ordinal, std::move(accepted));
}

void Worker::add_session(uint32_t listener, std::unique_ptr<Session> session) {
  Session& added = *session;
  sessions_.emplace(&added, Entry{std::move(session), listener});
  added.start();
}

void Worker::replace_session(Session& prologue, std::unique_ptr<Session> session) {
  const auto found = sessions_.find(&prologue);
  const uint32_t listener = found->second.listener;
  defer_delete(loop_, std::move(found->second.session));
  sessions_.erase(found);
  add_session(listener, std::move(session));
}

void Worker::on_session_over(Session& session) {
  const auto found = sessions_.find(&session);
  if (found == sessions_.end()) return;
  shared_[found->second.listener]->open_connections.fetch_sub(1, std::memory_order_relaxed);
  ++stats_.listener(found->second.listener).connections_closed;
  defer_delete(loop_, std::move(found->second.session));
  sessions_.erase(found);
  if (context_.is_draining) check_drained();
}

std::vector<Session*> Worker::sessions() const {
  std::vector<Session*> list;
  list.reserve(sessions_.size());
  for (const auto& [key, entry] : sessions_) list.push_back(key);
  return list;
}

void Worker::publish(SnapshotPtr snapshot) {
  loop_.post([this, snapshot = std::move(snapshot)]() mutable {
    const bool had_live_rules = context_.snapshot->has_live_rules;
    context_.snapshot = std::move(snapshot);
    if (had_live_rules || context_.snapshot->has_live_rules) tell_sessions();
  });
}

void Worker::follow_phase() {
  loop_.post([this] {
    if (context_.snapshot->has_live_rules) tell_sessions();
  });
}

void Worker::tell_sessions() {
  for (Session* session : sessions()) session->on_rules_changed();
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
  for (const auto& listener : listeners_) report.accept_errors += listener->accept_errors();
  if (context_.tee != nullptr) {
    report.mirror_seen = context_.tee->seen();
    report.mirror_dropped = context_.tee->dropped();
    report.mirror_pinned_bytes = context_.tee->pinned_bytes();
  }
  return report;
}

void Worker::close_idle() {
  loop_.post([this] {
    for (Session* session : sessions()) session->drain();
    pool_.close_all();
  });
}

void Worker::drain(Duration deadline, std::function<void()> on_drained) {
  loop_.post([this, deadline, on_drained = std::move(on_drained)]() mutable {
    on_drained_ = std::move(on_drained);
    begin_drain(deadline);
  });
}

void Worker::begin_drain(Duration deadline) {
  context_.is_draining = true;
  for (const auto& listener : listeners_) accept_errors_ += listener->accept_errors();
  listeners_.clear();
  for (Session* session : sessions()) session->drain();
  drain_timer_ = loop_.call_after(deadline, [this] {
    stats_.count_error("proxy", "drain_deadline");
    for (Session* session : sessions()) session->abort();
  });
  check_drained();
}

void Worker::check_drained() {
  if (!sessions_.empty() || !on_drained_) return;
  drain_timer_.cancel();
  pool_.close_all();
  const auto done = std::exchange(on_drained_, nullptr);
  done();
}

void Worker::stop() {
  loop_.stop();
  thread_.join();
  if (context_.tee != nullptr) context_.tee->collect();
}

}  // namespace faultline::server

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/session_set.h"

#include "proxy/base/ip_address.h"
#include "proxy/server/http_session.h"
#include "proxy/server/prologue_session.h"
#include "proxy/server/tcp_session.h"

#include <algorithm>
#include <utility>

namespace faultline::server {
namespace {

// Never more than `limit`, however many workers accept at once. One that is turned away counts for
// a moment, in which another may be, too.
bool take_place(std::atomic<uint64_t>& open, uint64_t limit) noexcept {
  if (open.fetch_add(1, std::memory_order_relaxed) < limit) return true;
  open.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void give_place(std::atomic<uint64_t>& open) noexcept {
  open.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace

// Destroying an unstarted stream closes it.
void SessionSet::accept(uint32_t listener, std::unique_ptr<io::Stream> stream) {
  if (!has_room(listener)) {
    ++context_.stats.listener(listener).connections_refused;
    return;
  }
  ++context_.stats.listener(listener).connections_accepted;
  const uint64_t ordinal =
      context_.listeners[listener]->next_connection.fetch_add(1, std::memory_order_relaxed);
  if (!begins_with_proxy_header(listener, *stream)) {
    add(listener, make_session(listener, ordinal, {.stream = std::move(stream)}));
    return;
  }
  add(listener, std::make_unique<PrologueSession>(
                    context_, *this, listener, std::move(stream),
                    [this, listener, ordinal](Session& prologue, Accepted accepted) {
                      replace(prologue, make_session(listener, ordinal, std::move(accepted)));
                    }));
}

bool SessionSet::has_room(uint32_t listener) {
  if (context_.control.pressure() == Pressure::Full) {
    context_.stats.count_error("downstream", "overload");
    return false;
  }
  const auto& config = *context_.snapshot->config;
  auto& shared = *context_.listeners[listener];
  if (!take_place(shared.open_connections, config.listeners[listener].limits.connections)) {
    context_.stats.count_error("downstream", "connection_limit");
    return false;
  }
  if (take_place(shared.proxy.open_connections, config.limits.connections)) return true;
  give_place(shared.open_connections);
  context_.stats.count_error("downstream", "connection_limit_total");
  return false;
}

bool SessionSet::begins_with_proxy_header(uint32_t listener, const io::Stream& stream) const {
  const auto& networks = context_.snapshot->config->listeners[listener].proxy_protocol_from;
  if (networks.empty()) return false;
  const auto peer = IpAddress::parse(stream.peer().host);
  return peer && std::any_of(networks.begin(), networks.end(),
                             [&peer](const IpNetwork& network) { return network.contains(*peer); });
}

std::unique_ptr<Session> SessionSet::make_session(uint32_t listener, uint64_t ordinal,
                                                  Accepted accepted) {
  const auto& config = context_.snapshot->config->listeners[listener];
  if (config.protocol == rules::Protocol::Http) {
    return std::make_unique<HttpSession>(context_, *this, listener, ordinal, std::move(accepted));
  }
  return std::make_unique<TcpSession>(context_, *this, listener, ordinal, std::move(accepted));
}

void SessionSet::add(uint32_t listener, std::unique_ptr<Session> session) {
  Session& added = *session;
  open_.push_back({std::move(session), listener});
  places_.emplace(&added, std::prev(open_.end()));
  added.start();
}

uint32_t SessionSet::remove(
    std::unordered_map<Session*, std::list<Entry>::iterator>::iterator found) {
  const uint32_t listener = found->second->listener;
  defer_delete(context_.loop, std::move(found->second->session));
  open_.erase(found->second);
  places_.erase(found);
  return listener;
}

void SessionSet::replace(Session& prologue, std::unique_ptr<Session> session) {
  add(remove(places_.find(&prologue)), std::move(session));
}

void SessionSet::on_session_over(Session& session) {
  const auto found = places_.find(&session);
  if (found == places_.end()) return;
  const uint32_t listener = remove(found);
  auto& shared = *context_.listeners[listener];
  give_place(shared.open_connections);
  give_place(shared.proxy.open_connections);
  ++context_.stats.listener(listener).connections_closed;
  if (context_.is_draining) check_drained();
}

// A copy, because what is done to a session may end it.
std::vector<Session*> SessionSet::in_order() const {
  std::vector<Session*> list;
  list.reserve(open_.size());
  for (const Entry& entry : open_) list.push_back(entry.session.get());
  return list;
}

void SessionSet::publish(SnapshotPtr snapshot) {
  const bool had_live_rules = context_.snapshot->has_live_rules;
  context_.snapshot = std::move(snapshot);
  if (had_live_rules || context_.snapshot->has_live_rules) tell_of_rules();
}

void SessionSet::follow_phase() {
  if (context_.snapshot->has_live_rules) tell_of_rules();
}

void SessionSet::tell_of_rules() {
  for (Session* session : in_order()) session->on_rules_changed();
}

void SessionSet::close_idle() {
  for (Session* session : in_order()) session->drain();
  context_.pool.close_all();
}

void SessionSet::retire(uint32_t listener, Duration deadline) {
  for (Session* session : of_listener(listener)) session->drain();
  retire_timers_[listener] = context_.loop.call_after(deadline, [this, listener] {
    if (!context_.snapshot->is_retired(listener)) return;  // it came back
    const auto left = of_listener(listener);
    if (!left.empty()) context_.stats.count_error("proxy", "drain_deadline");
    for (Session* session : left) session->abort();
  });
}

std::vector<Session*> SessionSet::of_listener(uint32_t listener) const {
  std::vector<Session*> list;
  for (const Entry& entry : open_) {
    if (entry.listener == listener) list.push_back(entry.session.get());
  }
  return list;
}

void SessionSet::drain(Duration deadline, std::function<void()> on_drained) {
  context_.is_draining = true;
  on_drained_ = std::move(on_drained);
  for (Session* session : in_order()) session->drain();
  drain_timer_ = context_.loop.call_after(deadline, [this] {
    context_.stats.count_error("proxy", "drain_deadline");
    for (Session* session : in_order()) session->abort();
  });
  check_drained();
}

void SessionSet::check_drained() {
  if (!open_.empty() || !on_drained_) return;
  drain_timer_.cancel();
  context_.pool.close_all();
  const auto done = std::exchange(on_drained_, nullptr);
  done();
}

void SessionSet::on_mirror_room() {
  for (Session* session : in_order()) session->on_mirror_room();
}

}  // namespace faultline::server

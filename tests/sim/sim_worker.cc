// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_worker.h"

#include "proxy/server/http_session.h"
#include "proxy/server/tcp_session.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace faultline::sim {

SimWorker::SimWorker(SimReactor& reactor, const server::RunControl& control, EventSink& events,
                     mirror::Tee* tee, uint64_t capture_bytes, server::SnapshotPtr snapshot)
    : reactor_(reactor),
      pool_(reactor, stats_),
      context_{reactor, control, events, tee, capture_bytes, pool_, stats_, std::move(snapshot)} {
  for (size_t i = 0; i < context_.snapshot->config->listeners.size(); ++i) {
    shared_.push_back(std::make_unique<server::ListenerShared>());
    context_.listeners.push_back(shared_.back().get());
  }
}

SimWorker::~SimWorker() = default;

void SimWorker::accept(uint32_t listener, std::unique_ptr<io::Stream> stream) {
  if (is_draining()) return;
  const uint64_t ordinal = ordinals_[listener]++;
  const auto protocol = context_.snapshot->config->listeners[listener].protocol;
  std::unique_ptr<server::Session> session;
  server::Accepted accepted{.stream = std::move(stream)};
  ++stats_.listener(listener).connections_accepted;
  if (protocol == rules::Protocol::Http) {
    session = std::make_unique<server::HttpSession>(context_, *this, listener, ordinal,
                                                    std::move(accepted));
  } else {
    session = std::make_unique<server::TcpSession>(context_, *this, listener, ordinal,
                                                   std::move(accepted));
  }
  server::Session& added = *session;
  sessions_.emplace(accepted_++, Entry{std::move(session), listener});
  added.start();
}

server::ListenerCounts SimWorker::totals() const {
  server::ListenerCounts sum;
  for (const auto& counts : stats_.listeners) {
    sum.connections_accepted += counts.connections_accepted;
    sum.connections_closed += counts.connections_closed;
    sum.exchanges_started += counts.exchanges_started;
    sum.exchanges_completed += counts.exchanges_completed;
    sum.exchanges_aborted += counts.exchanges_aborted;
  }
  return sum;
}

void SimWorker::on_session_over(server::Session& session) {
  const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
    return entry.second.session.get() == &session;
  });
  if (found == sessions_.end()) return;
  ++stats_.listener(found->second.listener).connections_closed;
  defer_delete(reactor_, std::move(found->second.session));
  sessions_.erase(found);
  if (is_draining() && sessions_.empty()) {
    drain_timer_.cancel();
    pool_.close_all();
  }
}

template <typename Call>
void SimWorker::for_each_session(Call call) {
  std::vector<server::Session*> list;
  for (const auto& [number, entry] : sessions_) list.push_back(entry.session.get());
  for (server::Session* session : list) call(*session);
}

void SimWorker::drain(Duration deadline, std::function<void()> on_cut) {
  if (std::exchange(context_.is_draining, true)) return;
  for_each_session([](server::Session& session) { session.drain(); });
  if (sessions_.empty()) {
    pool_.close_all();
    return;
  }
  drain_timer_ = reactor_.call_after(deadline, [this, on_cut = std::move(on_cut)] {
    on_cut();
    for_each_session([](server::Session& session) { session.abort(); });
  });
}

void SimWorker::on_mirror_room() {
  for_each_session([](server::Session& session) { session.on_mirror_room(); });
}

}  // namespace faultline::sim

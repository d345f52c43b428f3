// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/server/app.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

// A reload: everything that can fail comes first and changes nothing; what follows cannot fail.
namespace faultline::server {

std::string App::restart_notes(const rules::Config& next) const {
  const auto& now = *snapshot_->config;
  if (!(next.control == now.control)) return "the control port changed";
  if (next.access_log != now.access_log) return "access_log changed";
  return "";
}

void App::refuse_reload(const std::string& why) {
  ++reloads_refused_;
  emit("config", {{"action", "\"refused\""}, {"reason", json_quote(why)}});
  options_.observer.on_reloaded(0, why + "; nothing was changed");
}

void App::reload() {
  if (is_draining_ || !options_.reload) return;
  auto loaded = options_.reload();
  if (!loaded) {
    ++reloads_refused_;
    emit("config", {{"action", "\"refused\""}});
    return;
  }
  if (const std::string why = restart_notes(*loaded->config); !why.empty()) {
    refuse_reload(why + ": that needs a restart");
    return;
  }
  auto plan = plan_listeners(*snapshot_, std::move(*loaded));
  if (!plan) {
    refuse_reload(plan.error().message + ": that needs a restart");
    return;
  }
  auto changes = prepare(*plan);
  if (!changes) {
    refuse_reload(changes.error().message);
    return;
  }
  apply(std::move(*plan), std::move(*changes));
}

Result<std::vector<io::ListenSocket>> App::bind_group(const HostPort& address) {
  // A neighbour of this user could share the port without a word; we ourselves may, when one
  // listener leaves it and another takes it.
  const bool is_ours = std::find(bound_.begin(), bound_.end(), address) != bound_.end();
  if (address.port != 0 && !is_ours) FL_CHECK_OK(loop_.probe_listen(address));
  std::vector<io::ListenSocket> sockets;
  for (size_t i = 0; i < workers_.size(); ++i) {
    // Port 0 is chosen by the first, and the others take it.
    const HostPort wanted = sockets.empty() ? address : sockets.front().address();
    FL_TRY(auto socket, io::ListenSocket::bind(wanted));
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

Result<std::vector<ListenerChange>> App::prepare(const ListenerPlan& plan) {
  std::vector<ListenerChange> changes(workers_.size());
  for (const uint32_t index : plan.open) {
    while (shared_.size() <= index) shared_.push_back(std::make_unique<ListenerShared>());
    FL_TRY(auto sockets, bind_group(plan.loaded.config->listeners[index].listen));
    for (size_t i = 0; i < sockets.size(); ++i) {
      changes[i].opened.push_back({index, std::move(sockets[i]), shared_[index].get()});
    }
  }
  for (auto& change : changes) {
    for (auto& opened : change.opened) FL_CHECK_OK(opened.socket.listen());
    change.closed = plan.close;
    change.deadline = options_.drain_timeout;
    for (const uint32_t index : plan.close) {
      if (plan.retired[index]) change.retired.push_back(index);
    }
  }
  return changes;
}

void App::apply(ListenerPlan plan, std::vector<ListenerChange> changes) {
  const std::string from = snapshot_->config->hash;
  snapshot_ =
      make_snapshot(std::move(plan.loaded.config), {.contracts = std::move(plan.loaded.contracts),
                                                    .retired = std::move(plan.retired),
                                                    .is_gate_open = options_.is_gate_open,
                                                    .seed = options_.seed,
                                                    .previous = snapshot_});
  const auto& listeners = snapshot_->config->listeners;
  bound_.resize(listeners.size());
  std::string notes;
  const auto tell = [&](uint32_t index, std::string_view action) {
    const std::string address = format_host_port(bound_[index]);
    emit("listener", {{"action", json_quote(action)},
                      {"name", json_quote(listeners[index].name)},
                      {"address", json_quote(address)}});
    notes += fmt::format("{}{} {} on {}", notes.empty() ? "" : ", ", action, listeners[index].name,
                         address);
  };
  for (const uint32_t index : plan.close) {
    tell(index, "closed");
    bound_[index] = {};
  }
  for (const auto& opened : changes.front().opened) {
    bound_[opened.index] = opened.socket.address();
    tell(opened.index, "opened");
  }
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->publish(snapshot_, std::move(changes[i]));
  }
  ++reloads_applied_;
  emit("config", {{"action", "\"applied\""},
                  {"from", json_quote(from)},
                  {"to", json_quote(snapshot_->config->hash)}});
  options_.observer.on_reloaded(snapshot_->generation, notes);
}

}  // namespace faultline::server

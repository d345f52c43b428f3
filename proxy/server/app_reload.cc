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
  const auto has_same_times = [](const rules::PhaseConfig& a, const rules::PhaseConfig& b) {
    return a.name == b.name && a.length == b.length;
  };
  // What was made of them at the start lives as long as the run.
  const std::pair<bool, std::string_view> parts[] = {
      {next.control == now.control, "control"},
      {next.access_log == now.access_log, "access_log"},
      {next.traces == now.traces, "traces"},
      {next.workers == now.workers, "workers"},
      {next.overload == now.overload, "overload"},
      {next.mirror.enabled == now.mirror.enabled && next.mirror.mode == now.mirror.mode &&
           next.mirror.capture_bytes == now.mirror.capture_bytes,
       "mirror"},
      {next.redaction.packs == now.redaction.packs &&
           next.redaction.operators == now.redaction.operators &&
           next.redaction.canaries == now.redaction.canaries,
       "redaction"},
      {next.report.formats == now.report.formats && next.report.fail_on == now.report.fail_on,
       "report"},
      {next.gate.flag == now.gate.flag && next.gate.environments == now.gate.environments, "gate"},
      {std::equal(next.phases.begin(), next.phases.end(), now.phases.begin(), now.phases.end(),
                  has_same_times),
       "the phases of the scenario"},
  };
  std::string notes;
  for (const auto& [is_same, name] : parts) {
    if (!is_same) notes += fmt::format("{}{}", notes.empty() ? "" : ", ", name);
  }
  return notes.empty() ? notes : notes + " changed";
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

Result<std::vector<io::ListenSocket>> App::bind_group(const HostPort& address,
                                                      const ListenerPlan& plan) {
  // A neighbour of this user would share the port without a word. Only a listener of our own that
  // leaves the address in the same step may.
  const HostPort wanted{address.host == "localhost" ? "127.0.0.1" : address.host, address.port};
  const bool is_left = std::any_of(plan.close.begin(), plan.close.end(), [&](uint32_t index) {
    return real_addresses_[index] == wanted;
  });
  if (address.port != 0 && !is_left) FL_CHECK_OK(loop_.probe_listen(address));
  std::vector<io::ListenSocket> sockets;
  for (size_t i = 0; i < workers_.size(); ++i) {
    // Port 0 is chosen by the first, and the others take it.
    FL_TRY(auto socket,
           io::ListenSocket::bind(sockets.empty() ? address : sockets.front().address()));
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

Result<std::vector<ListenerChange>> App::prepare(const ListenerPlan& plan) {
  std::vector<ListenerChange> changes(workers_.size());
  for (const uint32_t index : plan.open) {
    while (shared_.size() <= index) {
      shared_.push_back(std::make_unique<ListenerShared>(proxy_shared_));
    }
    FL_TRY(auto sockets, bind_group(plan.loaded.config->listeners[index].listen, plan));
    for (size_t i = 0; i < sockets.size(); ++i) {
      changes[i].opened.push_back({index, std::move(sockets[i]), shared_[index].get()});
    }
  }
  for (auto& change : changes) {
    for (auto& opened : change.opened) FL_CHECK_OK(opened.socket.listen());
    change.retired = plan.close;
    change.deadline = options_.drain_timeout;
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
  real_addresses_.resize(listeners.size());
  std::string notes;
  const auto tell = [&](uint32_t index, std::string_view action) {
    const std::string address = format_host_port(real_addresses_[index]);
    emit("listener", {{"action", json_quote(action)},
                      {"name", json_quote(listeners[index].name)},
                      {"address", json_quote(address)}});
    notes += fmt::format("{}{} {} on {}", notes.empty() ? "" : ", ", action, listeners[index].name,
                         address);
  };
  for (const uint32_t index : plan.close) tell(index, "closed");
  for (const auto& opened : changes.front().opened) {
    real_addresses_[opened.index] = opened.socket.address();
    tell(opened.index, "opened");
    for (const auto& contract : snapshot_->contracts[opened.index]->contracts()) {
      for (const auto& operation : contract->operations()) {
        options_.state.counters.declare_operation(listeners[opened.index].name, operation);
      }
    }
  }
  const auto applied =
      std::make_shared<AppliedReload>(AppliedReload{.generation = snapshot_->generation,
                                                    .from = from,
                                                    .to = snapshot_->config->hash,
                                                    .notes = std::move(notes),
                                                    .workers_left = workers_.size()});
  for (size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->publish(snapshot_, std::move(changes[i]),
                         [this, applied] { loop_.post([this, applied] { on_taken(*applied); }); });
  }
}

void App::on_taken(AppliedReload& applied) {
  if (--applied.workers_left != 0) return;
  ++reloads_applied_;
  emit("config", {{"action", "\"applied\""},
                  {"from", json_quote(applied.from)},
                  {"to", json_quote(applied.to)}});
  options_.observer.on_reloaded(applied.generation, applied.notes);
}

}  // namespace faultline::server

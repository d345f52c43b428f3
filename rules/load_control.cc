// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/load_parts.h"

#include <fmt/core.h>

#include <chrono>
#include <utility>

namespace faultline::rules {
namespace {

constexpr Range<Duration> kGraceRange{Duration(0), std::chrono::hours(1)};

void check_reach(ObjectReader& reader, const ControlConfig& control) {
  if (control.allow_remote || is_loopback_host(control.listen->host)) return;
  auto& d = reader.context().error(
      "FL0212", reader.value_span("listen"),
      fmt::format("the control port would be open to others on '{}'", control.listen->host),
      "not a loopback address");
  d.help = "write 127.0.0.1, or add 'allow_remote: true' where the network is trusted";
}

void check_port(ObjectReader& reader, const HostPort& address, const Config& config) {
  for (const auto& listener : config.listeners) {
    if (address.port == 0 || listener.listen.port != address.port) continue;
    if (!can_share_address(listener.listen.host, address.host)) continue;
    auto& d = reader.context().error(
        "FL0211", reader.value_span("listen"),
        fmt::format("a listener and the control port use port {}", address.port),
        fmt::format("also used by '{}'", listener.name));
    d.secondary.push_back({listener.listen_span, "first use"});
    return;
  }
}

}  // namespace

void load_control(ObjectReader& root, Config& config) {
  auto reader = root.object("control");
  if (!reader) return;
  auto& control = config.control;
  control.allow_remote = reader->boolean("allow_remote").value_or(false);
  control.drain_grace = reader->duration("drain_grace", kGraceRange).value_or(Duration(0));
  control.listen = load_address(*reader, "listen");
  if (!control.listen) return;
  check_reach(*reader, control);
  check_port(*reader, *control.listen, config);
}

void load_logs(ObjectReader& root, Config& config) {
  const auto load = [&](std::string_view key, std::string_view what) {
    const bool is_on = root.boolean(key).value_or(false);
    if (!is_on || config.mirror.enabled) return is_on;
    auto& d = root.context().error("FL0213", root.value_span(key),
                                   fmt::format("{} written from the mirror, which is off", what),
                                   "needs the mirror");
    d.help = fmt::format("remove 'mode: off' from mirror, or write '{}: false'", key);
    return is_on;
  };
  config.access_log = load("access_log", "the access log is");
  config.traces = load("traces", "traces are");
}

}  // namespace faultline::rules

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

void load_access_log(ObjectReader& root, Config& config) {
  config.access_log = root.boolean("access_log").value_or(false);
  if (!config.access_log || config.mirror.enabled) return;
  auto& d = root.context().error("FL0213", root.value_span("access_log"),
                                 "the access log is written from the mirror, which is off",
                                 "needs the mirror");
  d.help = "remove 'mode: off' from mirror, or write 'access_log: false'";
}

}  // namespace faultline::rules

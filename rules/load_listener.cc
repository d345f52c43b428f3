// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "rules/load_parts.h"

#include <fmt/core.h>

#include <chrono>

namespace faultline::rules {
namespace {

constexpr Range<Duration> kTimeoutRange{std::chrono::milliseconds(1), std::chrono::hours(24)};

// The error of proxy/base/uri.h begins with the text itself, which messages must not repeat when
// it is a secret.
std::string reason_of(const Error& error, const Scalar& scalar) {
  const auto quoted = fmt::format("'{}' ", scalar.text);
  return error.message.rfind(quoted, 0) == 0 ? error.message.substr(quoted.size()) : error.message;
}

void load_timeouts(ObjectReader& listener, TimeoutConfig& timeouts) {
  timeouts = {limits::kConnectTimeout, limits::kHeadTimeout, limits::kStreamIdleTimeout,
              limits::kKeepAliveTimeout};
  auto reader = listener.object("timeouts");
  if (!reader) return;
  timeouts.connect = reader->duration("connect", kTimeoutRange).value_or(timeouts.connect);
  timeouts.head = reader->duration("head", kTimeoutRange).value_or(timeouts.head);
  timeouts.idle = reader->duration("idle", kTimeoutRange).value_or(timeouts.idle);
  timeouts.keep_alive = reader->duration("keep_alive", kTimeoutRange).value_or(timeouts.keep_alive);
}

void load_upstream(ObjectReader& reader, ListenerConfig& listener) {
  const auto text = reader.text("upstream");
  if (!text) return;
  auto& context = reader.context();
  const std::string_view wanted = listener.protocol == Protocol::Http ? "http" : "tcp";
  auto upstream = parse_upstream(text->text);
  if (!upstream) {
    auto& d = context.error("FL0113", *text,
                            fmt::format("{} {}", text->shown(), reason_of(upstream.error(), *text)),
                            "not an upstream");
    d.help = "write http://host:port or tcp://host:port";
    return;
  }
  listener.upstream = std::move(*upstream);
  const bool has_scheme = text->text.find("://") != std::string::npos;
  if (has_scheme && listener.upstream.scheme != wanted) {
    auto& d = context.error("FL0113", *text,
                            fmt::format("the protocol is {}, but the upstream is {}://", wanted,
                                        listener.upstream.scheme),
                            "another protocol");
    d.help = fmt::format("write {}://host:port, or change 'protocol'", wanted);
  }
  listener.upstream.scheme = wanted;
}

void load_contracts(ObjectReader& reader, ListenerConfig& listener) {
  auto& context = reader.context();
  for (auto& path : reader.texts("contracts")) {
    if (path.text.empty()) {
      context.error("FL0118", path, "the path of a contract is empty", "no path");
      continue;
    }
    listener.contracts.push_back(
        {path.text, resolve_path(context.file()->name(), path.text), path.span});
  }
  if (listener.protocol == Protocol::Tcp && !listener.contracts.empty()) {
    context.error("FL0116", reader.key_span("contracts"),
                  fmt::format("listener '{}' speaks tcp, which has no contract", listener.name),
                  "needs protocol: http");
  }
}

void load_mode(ObjectReader& reader, ListenerConfig& listener) {
  listener.mode = static_cast<ListenerMode>(reader.choice("mode").value_or(0));
  if (listener.protocol == Protocol::Tcp && reader.has("mode")) {
    reader.context().error(
        "FL0116", reader.key_span("mode"),
        fmt::format("listener '{}' speaks tcp, which has no heads", listener.name),
        "needs protocol: http");
  }
}

void load_limits(ObjectReader& listener, LimitConfig& caps) {
  auto reader = listener.object("limits");
  if (!reader) return;
  caps.connections = reader->integer("connections", kLimitRange).value_or(caps.connections);
  caps.pending = reader->integer("pending", kLimitRange).value_or(caps.pending);
}

constexpr Range<Duration> kMinRateOverRange{std::chrono::milliseconds(100), std::chrono::hours(1)};

void load_min_rate(ObjectReader& listener, const ListenerConfig& config, MinRateConfig& floor) {
  auto reader = listener.object("min_rate");
  if (!reader) return;
  floor.request = reader->byte_rate("request", kRateRange).value_or(floor.request);
  floor.response = reader->byte_rate("response", kRateRange).value_or(floor.response);
  floor.over = reader->duration("over", kMinRateOverRange).value_or(floor.over);
  if (config.protocol == Protocol::Tcp) {
    listener.context().error(
        "FL0116", listener.key_span("min_rate"),
        fmt::format("listener '{}' speaks tcp, in which silence is legal", config.name),
        "needs protocol: http");
  }
}

void load_underscores(ObjectReader& reader, ListenerConfig& listener) {
  listener.underscores = static_cast<Underscores>(reader.choice("underscores").value_or(0));
  if (listener.protocol == Protocol::Tcp && reader.has("underscores")) {
    reader.context().error(
        "FL0116", reader.key_span("underscores"),
        fmt::format("listener '{}' speaks tcp, which has no fields", listener.name),
        "needs protocol: http");
  }
}

void load_networks(ObjectReader& reader, ListenerConfig& listener) {
  for (const auto& text : reader.texts("proxy_protocol_from")) {
    if (const auto network = IpNetwork::parse(text.text)) {
      listener.proxy_protocol_from.push_back(*network);
      continue;
    }
    auto& d = reader.context().error(
        "FL0113", text, fmt::format("{} is not a network", text.shown()), "not a network");
    d.help = "write an address or a network without host bits, such as 10.0.0.0/8 or ::1";
  }
}

void load_connect_targets(ObjectReader& reader, ListenerConfig& listener) {
  auto& context = reader.context();
  for (const auto& text : reader.texts("connect_to")) {
    auto target = parse_host_port(text.text);
    if (target) {
      listener.connect_to.push_back(std::move(*target));
      continue;
    }
    auto& d = context.error("FL0113", text,
                            fmt::format("{} {}", text.shown(), reason_of(target.error(), text)),
                            "not a target");
    d.help = "write host:port, such as api.test:443";
  }
  if (listener.protocol == Protocol::Tcp && reader.has("connect_to")) {
    context.error("FL0116", reader.key_span("connect_to"),
                  fmt::format("listener '{}' speaks tcp, which has no CONNECT", listener.name),
                  "needs protocol: http");
  }
}

void check_ports(LoadContext& context, const std::vector<ListenerConfig>& listeners) {
  for (size_t i = 0; i < listeners.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const auto& a = listeners[j];
      const auto& b = listeners[i];
      if (b.listen.port == 0 || a.listen.port != b.listen.port) continue;
      if (!can_share_address(a.listen.host, b.listen.host)) continue;
      auto& d = context.error("FL0211", b.listen_span,
                              fmt::format("two listeners use port {}", b.listen.port),
                              fmt::format("also used by '{}'", a.name));
      d.secondary.push_back({a.listen_span, "first use"});
      break;
    }
  }
}

}  // namespace

bool can_share_address(const std::string& a, const std::string& b) {
  const auto is_any = [](const std::string& host) { return host == "0.0.0.0" || host == "::"; };
  const auto is_loopback = [](const std::string& host) {
    return host == "127.0.0.1" || host == "localhost";
  };
  return a == b || is_any(a) || is_any(b) || (is_loopback(a) && is_loopback(b));
}

std::optional<HostPort> load_address(ObjectReader& reader, std::string_view key) {
  const auto text = reader.text(key);
  if (!text) return std::nullopt;
  auto address = parse_host_port(text->text);
  if (address) return std::move(*address);
  auto& d = reader.context().error(
      "FL0113", *text, fmt::format("{} {}", text->shown(), reason_of(address.error(), *text)),
      "not an address");
  d.help = "write host:port, such as 127.0.0.1:18080";
  return std::nullopt;
}

void load_listeners(ObjectReader& root, Config& config) {
  auto& context = root.context();
  const auto values = root.objects("listeners");
  if (values.empty() && root.has("listeners") && root.value("listeners")->size() == 0) {
    auto& d = context.error("FL0119", root.value_span("listeners"), "there is no listener",
                            "at least one is needed");
    d.help = "add { name: shop, listen: 127.0.0.1:18080, upstream: http://127.0.0.1:8080 }";
  }
  NameRegister names("listener");
  for (const auto value : values) {
    ObjectReader reader(context, value, "listener");
    ListenerConfig listener;
    listener.listen_span = value.span();
    if (auto name = reader.name("name")) {
      listener.name = std::move(*name);
      names.add(context, listener.name, reader.value_span("name"));
    }
    listener.protocol = static_cast<Protocol>(reader.choice("protocol").value_or(0));
    listener.listen_span = reader.value_span("listen");
    if (auto address = load_address(reader, "listen")) listener.listen = std::move(*address);
    load_upstream(reader, listener);
    load_mode(reader, listener);
    load_underscores(reader, listener);
    load_limits(reader, listener.limits);
    load_min_rate(reader, listener, listener.min_rate);
    load_networks(reader, listener);
    load_connect_targets(reader, listener);
    load_contracts(reader, listener);
    load_timeouts(reader, listener.timeouts);
    config.listeners.push_back(std::move(listener));
  }
  check_ports(context, config.listeners);
}

}  // namespace faultline::rules

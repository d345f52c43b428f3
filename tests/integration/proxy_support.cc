// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/integration/proxy_support.h"

#include "proxy/base/assert.h"
#include "rules/config_loader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <utility>

namespace faultline::integration {

uint64_t RecordingSink::emit(Event event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  return events_.size();
}

std::vector<std::string> RecordingSink::fields(std::string_view kind,
                                               std::string_view field) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> values;
  for (const auto& event : events_) {
    if (event.kind != kind) continue;
    for (const auto& [name, value] : event.fields) {
      if (name == field) values.push_back(value);
    }
  }
  return values;
}

std::vector<MonoTime> RecordingSink::times() const {
  const std::lock_guard lock(mutex_);
  std::vector<MonoTime> times;
  for (const auto& event : events_) times.push_back(event.time);
  return times;
}

const Clock& Proxy::system_clock() {
  static const SystemClock clock;
  return clock;
}

// Counts reloads, says nothing.
class Proxy::Listening final : public server::AppObserver {
 public:
  void on_phase(std::string_view, uint32_t, uint32_t) override {}
  void on_progress(const server::Progress&) override {}
  void on_draining(std::string_view) override {}
  void on_reloaded(uint64_t, std::string_view) override { ++reloads; }
  std::atomic<uint64_t> reloads{0};
};

server::LoadedConfig Proxy::load(std::string config_text) const {
  const std::string mark = "$UPSTREAM";
  for (size_t at = config_text.find(mark); at != std::string::npos; at = config_text.find(mark)) {
    config_text.replace(at, mark.size(), format_host_port(upstream_));
  }
  const auto file = std::make_shared<const SourceFile>("test.yaml", std::move(config_text));
  auto outcome = rules::load_config(file, [](std::string_view) { return std::nullopt; });
  FL_ASSERT(outcome.config.has_value());
  server::LoadedConfig loaded;
  loaded.contracts.resize(outcome.config->listeners.size(),
                          std::make_shared<contracts::ContractSet>());
  loaded.config = std::make_shared<const rules::Config>(std::move(*outcome.config));
  return loaded;
}

Proxy::Proxy(std::string config_text, const HostPort& upstream, bool is_gate_open,
             const Attach& attach, std::function<uint64_t()> used_memory, const Clock& clock)
    : upstream_(upstream), observer_(std::make_unique<Listening>()) {
  const auto take_next = [this] {
    const std::lock_guard lock(next_mutex_);
    return std::exchange(next_, std::nullopt);
  };
  auto app = server::App::create({.clock = clock,
                                  .events = sink_,
                                  .state = state_,
                                  .observer = *observer_,
                                  .loaded = load(std::move(config_text)),
                                  .is_gate_open = is_gate_open,
                                  .seed = 42,
                                  .pipeline = nullptr,
                                  .run_for = std::nullopt,
                                  .handles_signals = false,
                                  .used_memory = std::move(used_memory),
                                  .config_path = "",
                                  .reload = take_next});
  FL_ASSERT(app.has_value());
  app_ = std::move(*app);
  if (attach) attached_ = attach(*app_);
  thread_ = std::thread([this] { app_->run(); });
}

void Proxy::reload(std::string config_text) {
  {
    auto loaded = load(std::move(config_text));
    const std::lock_guard lock(next_mutex_);
    next_ = std::move(loaded);
  }
  app_->request_reload();
}

uint64_t Proxy::reloads() const { return observer_->reloads.load(); }

Proxy::~Proxy() {
  if (!thread_.joinable()) return;
  app_->request_stop();
  thread_.join();
}

run::RunResult Proxy::finish() {
  app_->request_stop();
  thread_.join();
  run::RunResult result;
  app_->finish_into(result);
  return result;
}

void echo(fakes::RawSocket& socket) {
  for (auto bytes = socket.read_some(65536); !bytes.empty(); bytes = socket.read_some(65536)) {
    if (!socket.send(bytes)) return;
  }
}

Duration round_trip(fakes::RawSocket& client) {
  const MonoTime sent = Proxy::system_clock().now();
  EXPECT_TRUE(client.send("x"));
  EXPECT_EQ(client.read(1).bytes, "x");
  return Proxy::system_clock().now() - sent;
}

uint64_t errors_of(const run::RunResult& result, run::ErrorSide side, std::string_view reason) {
  const auto found = result.traffic.errors.find(side);
  if (found == result.traffic.errors.end()) return 0;
  const auto count = found->second.find(reason);
  return count == found->second.end() ? 0 : count->second;
}

std::string http_config(std::string_view more) {
  return std::string(
             "version: 1\n"
             "run: { name: t, seed: 42 }\n"
             "workers: 1\n"
             "listeners:\n"
             "  - name: shop\n"
             "    listen: 127.0.0.1:0\n"
             "    protocol: http\n"
             "    upstream: http://$UPSTREAM\n"
             "    timeouts: { connect: 2s, head: 300ms, idle: 300ms, keep_alive: 300ms }\n"
             "mirror: { mode: off }\n") +
         std::string(more);
}

}  // namespace faultline::integration

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/stage.h"

#include "proxy/base/assert.h"
#include "rules/config_loader.h"
#include "tests/sim/dialling.h"

#include <fmt/core.h>

#include <optional>
#include <utility>

namespace faultline::sim {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr uint64_t kDecisionSeed = 1;

std::shared_ptr<const rules::Config> load(const Stage::Setting& setting) {
  std::string text = fmt::format(
      "version: 1\n"
      "listeners:\n"
      "  - {{ name: http, listen: 127.0.0.1:18080, upstream: http://192.0.2.80, {} }}\n"
      "  - {{ name: tcp, listen: 127.0.0.1:18081, protocol: tcp, upstream: tcp://192.0.2.81:9 }}\n"
      "{}",
      setting.http_keys, setting.rules);
  const auto file = std::make_shared<const SourceFile>("stage.yaml", std::move(text));
  auto outcome = rules::load_config(file, [](std::string_view) { return std::nullopt; });
  FL_ASSERT(outcome.config.has_value());
  return std::make_shared<const rules::Config>(std::move(*outcome.config));
}

}  // namespace

class Stage::Events final : public EventSink {
 public:
  uint64_t emit(Event /*event*/) override { return ++count_; }

 private:
  uint64_t count_ = 0;
};

Stage::Stage(const Setting& setting, const LinkShape& shape, OnServer on_server, uint64_t seed)
    : draws_(seed),
      reactor_(seed),
      shape_(shape),
      on_server_(std::move(on_server)),
      control_(reactor_.clock().now()),
      events_(std::make_unique<Events>()),
      config_(load(setting)) {
  worker_ = std::make_unique<SimWorker>(reactor_, control_, *events_, nullptr,
                                        limits::kCaptureBytes, make_snapshot(nullptr));
  reactor_.set_dialer([this](const HostPort&, Duration, io::Reactor::ConnectCallback on_done) {
    auto is_wanted = std::make_shared<bool>(true);
    reactor_.at(Duration(0), [this, is_wanted, done = std::move(on_done)] {
      if (!*is_wanted) return;
      auto link = make_link();
      on_server_(link);
      done(make_stream(std::move(link), ErrorSource::Upstream));
    });
    return std::make_unique<Dialling>(std::move(is_wanted));
  });
}

Stage::~Stage() = default;

server::SnapshotPtr Stage::make_snapshot(server::SnapshotPtr previous, bool is_retired) const {
  return server::make_snapshot(config_, {.contracts = {nullptr, nullptr},
                                         .retired = {is_retired, false},
                                         .is_gate_open = true,
                                         .seed = kDecisionSeed,
                                         .previous = std::move(previous)});
}

std::shared_ptr<SimLink> Stage::make_link() {
  return std::make_shared<SimLink>(reactor_, shape_, draws_.fork(draws_.bits()));
}

std::unique_ptr<io::Stream> Stage::make_stream(std::shared_ptr<SimLink> link, ErrorSource source) {
  auto stream = std::make_unique<SimStream>(reactor_, std::move(link), source,
                                            HostPort{"192.0.2.1", 1}, draws_.fork(draws_.bits()));
  ++open_streams_;
  stream->set_on_destroyed([this] { --open_streams_; });
  return stream;
}

std::unique_ptr<SimPeer> Stage::connect(PeerEvents& events, ReadPace pace, uint32_t listener) {
  auto link = make_link();
  auto stream = make_stream(link, ErrorSource::Downstream);
  auto peer = std::make_unique<SimPeer>(reactor_, std::move(link), events, pace);
  worker_->accept(listener, std::move(stream));
  return peer;
}

void Stage::run_for(Duration span) {
  const MonoTime until = reactor_.clock().now() + span;
  reactor_.end_turn();
  while (reactor_.until_next().count() >= 0 &&
         reactor_.clock().now() + reactor_.until_next() <= until) {
    reactor_.turn();
  }
  reactor_.at(until - reactor_.clock().now(), [] {});
  while (reactor_.clock().now() < until) reactor_.turn();
}

void Stage::reload() { worker_->publish(make_snapshot(worker_->snapshot())); }

void Stage::reload(const Setting& setting) {
  config_ = load(setting);
  reload();
}

void Stage::retire(Duration deadline) {
  worker_->publish(make_snapshot(worker_->snapshot(), true));
  worker_->retire(0, deadline);
}

std::string Stage::finish() {
  worker_->drain(minutes(5), [] {});
  run_for(minutes(4));
  if (worker_->session_count() != 0) {
    return fmt::format("{} sessions outlive their timeouts", worker_->session_count());
  }
  run_for(minutes(2));
  const auto stats = worker_->totals();
  if (stats.exchanges_started != stats.exchanges_completed + stats.exchanges_aborted) {
    return "exchanges: started is not completed and aborted";
  }
  for (const auto& rule : worker_->snapshot()->decisions->counters()) {
    if (!rule.balances()) return "the books of a rule do not balance";
  }
  const size_t left = open_streams_ + worker_->pool().idle_count() + reactor_.pending_timers() +
                      reactor_.blocks().blocks_in_use();
  if (left == 0) return "";
  return fmt::format("left at the end: {} streams, {} idle, {} timers, {} blocks", open_streams_,
                     worker_->pool().idle_count(), reactor_.pending_timers(),
                     reactor_.blocks().blocks_in_use());
}

}  // namespace faultline::sim

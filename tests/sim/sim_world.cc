// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_world.h"

#include "tests/sim/dialling.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDrainDeadline = seconds(20);
// What one connection may hold in blocks: both watermarks, both directions, the reads that may
// overshoot them, and the share of blocks that small slices keep. Without a mirror and without a
// body that a filter collects.
constexpr size_t kBytesPerStream = 768UL * 1024;
// Turns after which the end is no end.
constexpr uint64_t kTurnsMax = 2'000'000;

}  // namespace

SimWorld::SimWorld(Scenario scenario, bool is_printed)
    : scenario_(std::move(scenario)),
      draws_(fakes::Draws(scenario_.seed).fork(1)),
      reactor_(scenario_.seed),
      trace_(reactor_.clock(), is_printed),
      ledger_(scenario_.seed, scenario_.plans, trace_),
      control_(reactor_.clock().now()) {
  if (scenario_.has_mirror) {
    tee_ = std::make_unique<mirror::Tee>(mirror::TeeMode::Lossless, doorbell_);
    tee_->set_on_room([this] {
      reactor_.at(Duration(0), [this] {
        tee_->collect();
        worker_->on_mirror_room();
      });
    });
  }
  const server::SnapshotPtr snapshot =
      server::make_snapshot(scenario_.configs[0], {.contracts = {nullptr, nullptr},
                                                   .is_gate_open = true,
                                                   .seed = scenario_.seed,
                                                   .previous = nullptr});
  worker_ = std::make_unique<SimWorker>(reactor_, control_, ledger_, tee_.get(),
                                        limits::kCaptureBytes, snapshot);
  reactor_.set_dialer(
      [this](const HostPort& address, Duration timeout, io::Reactor::ConnectCallback on_done) {
        return dial(address, timeout, std::move(on_done));
      });
}

SimWorld::~SimWorld() = default;

// ---- traffic -------------------------------------------------------------------------------

std::unique_ptr<SimStream> SimWorld::make_stream(std::shared_ptr<SimLink> link,
                                                 ErrorSource source) {
  auto stream = std::make_unique<SimStream>(reactor_, std::move(link), source,
                                            HostPort{"192.0.2.1", 1}, draws_.fork(draws_.bits()));
  ++open_streams_;
  stream->set_on_destroyed([this] { --open_streams_; });
  stream->set_trace(trace_, ++streams_);
  return stream;
}

void SimWorld::start_later() {
  const Duration pause(
      static_cast<int64_t>(draws_.below(uint64_t(Duration(milliseconds(30)).count()))));
  reactor_.at(pause, [this] {
    if (is_ending_) return;
    start_client();
    start_later();
  });
}

void SimWorld::start_client() {
  const auto is_open = [](const auto& client) { return !client->is_over(); };
  const auto open = std::count_if(clients_.begin(), clients_.end(), is_open) +
                    std::count_if(tcp_clients_.begin(), tcp_clients_.end(), is_open);
  if (worker_->is_draining() || static_cast<size_t>(open) >= scenario_.clients_max) return;
  auto link = std::make_shared<SimLink>(reactor_, scenario_.downstream, draws_.fork(draws_.bits()));
  auto stream = make_stream(link, ErrorSource::Downstream);
  trace_.note("is stream of the next client", streams_);
  if (draws_.percent(scenario_.tcp_percent)) {
    trace_.note("tcp client connects", tcp_connections_);
    tcp_clients_.push_back(std::make_unique<TcpClientActor>(
        reactor_, ledger_, tcp_connections_++, link, draw_tcp_client(scenario_, draws_)));
    worker_->accept(1, std::move(stream));
    return;
  }
  trace_.note("client connects", http_connections_);
  clients_.push_back(std::make_unique<ClientActor>(reactor_, ledger_, http_connections_++, link,
                                                   draw_client(scenario_, draws_)));
  worker_->accept(0, std::move(stream));
}

std::unique_ptr<io::Connector> SimWorld::dial(const HostPort& address, Duration timeout,
                                              io::Reactor::ConnectCallback on_done) {
  auto is_wanted = std::make_shared<bool>(true);
  const bool fails = draws_.percent(scenario_.failed_connect_percent);
  const bool is_timeout = fails && draws_.one_in(2);
  const Duration wait =
      is_timeout ? timeout
                 : Duration(static_cast<int64_t>(draws_.below(
                       2 * static_cast<uint64_t>(scenario_.upstream.latency_max.count()))));
  reactor_.at(wait, [this, address, is_wanted, fails, is_timeout, done = std::move(on_done)] {
    if (!std::exchange(*is_wanted, false)) return;
    if (!fails) {
      done(open_server(address));
      return;
    }
    ledger_.count_failed_connect();
    trace_.note("connect fails", address.port);
    done(fail(Error::make(is_timeout ? ErrorCode::TimedOut : ErrorCode::Refused, "no connection",
                          ErrorSource::Upstream)));
  });
  return std::make_unique<Dialling>(std::move(is_wanted));
}

std::unique_ptr<io::Stream> SimWorld::open_server(const HostPort& address) {
  auto link = std::make_shared<SimLink>(reactor_, scenario_.upstream, draws_.fork(draws_.bits()));
  auto stream = make_stream(link, ErrorSource::Upstream);
  const uint64_t number = ++server_links_;
  const ReadPace pace = draw_server_pace(scenario_, draws_);
  trace_.note("proxy connects", number, address.port);
  if (address.port == Scenario::kTcpPort) {
    echoes_.push_back(std::make_unique<EchoActor>(reactor_, link, pace));
    if (is_ending_ && scenario_.freezes_at_end) echoes_.back()->freeze();
    return stream;
  }
  stream->set_write_probe([this, number](const SimStream& from, std::string_view bytes) {
    uint64_t id = 0;
    if (!read_plan_id(bytes, id)) return;
    ledger_.on_request_written(id, number, from.bytes_read(), from.has_ended());
  });
  servers_.push_back(std::make_unique<ServerActor>(reactor_, ledger_, number, link, pace,
                                                   draws_.fork(draws_.bits())));
  if (is_ending_ && scenario_.freezes_at_end) servers_.back()->freeze();
  return stream;
}

// ---- what the operator does ----------------------------------------------------------------

void SimWorld::reload() {
  next_config_ = (next_config_ + 1) % scenario_.configs.size();
  trace_.note("reload", next_config_);
  worker_->publish(
      server::make_snapshot(scenario_.configs[next_config_], {.contracts = {nullptr, nullptr},
                                                              .is_gate_open = true,
                                                              .seed = scenario_.seed,
                                                              .previous = worker_->snapshot()}));
}

void SimWorld::drain() {
  if (worker_->is_draining()) return;
  trace_.note("drain", worker_->session_count());
  ledger_.set_draining();
  worker_->drain(kDrainDeadline, [this] {
    trace_.note("drain deadline", worker_->session_count());
    ledger_.set_cut_by_drain();
  });
}

// The analysis thread of the real program takes what the mirror holds and sends it home.
void SimWorld::analyse() {
  if (!tee_) return;
  while (auto capture = tee_->pop()) {
    check_capture(*capture);
    tee_->send_home(std::move(capture));
  }
}

void SimWorld::check_capture(const mirror::CapturedExchange& capture) {
  const uint64_t id = capture.id.connection * Ledger::kExchangesPerConnection + capture.id.exchange;
  const ExchangeRecord* const record = ledger_.find(id);
  if (record == nullptr) {
    ledger_.fail("the mirror holds an exchange that no client began");
    return;
  }
  const bool is_request_same = capture.request.payload.to_string() == record->plan.request_body;
  if (capture.request.state == BodyState::Complete && !is_request_same) {
    ledger_.fail(fmt::format("the mirror holds another body of request {}", id));
  }
  if (!capture.response || capture.outcome != record::Outcome::Completed) return;
  const bool has_body =
      record->plan.method != "HEAD" && record->faults.empty() && record->plan.is_server_sound();
  const bool is_whole = capture.response->state == BodyState::Complete && has_body;
  if (is_whole && capture.response->payload.to_string() != record->plan.answer_body) {
    ledger_.fail(fmt::format("the mirror holds another body of the answer to {}", id));
  }
}

// ---- checks --------------------------------------------------------------------------------

void SimWorld::check_accounting(bool is_end) {
  const auto stats = worker_->totals();
  const uint64_t ended = stats.exchanges_completed + stats.exchanges_aborted;
  const uint64_t active = stats.exchanges_started - ended;
  if (ended > stats.exchanges_started || active > worker_->session_count() || (is_end && active)) {
    ledger_.fail(fmt::format("{} exchanges started, {} completed, {} aborted, {} sessions open",
                             stats.exchanges_started, stats.exchanges_completed,
                             stats.exchanges_aborted, worker_->session_count()));
  }
  if (stats.connections_accepted != stats.connections_closed + worker_->session_count()) {
    ledger_.fail("connections: accepted is not closed and open");
  }
  for (const auto& rule : worker_->snapshot()->decisions->counters()) {
    const uint64_t settled = rule.applied + rule.bypassed_total() + rule.overflow;
    const bool is_possible = settled <= rule.drawn && (!is_end || settled == rule.drawn);
    if (is_possible) continue;
    ledger_.fail(fmt::format("{}: {} drawn, {} applied, {} bypassed, {} over budget", rule.rule,
                             rule.drawn, rule.applied, rule.bypassed_total(), rule.overflow));
  }
}

void SimWorld::check_turn() {
  check_accounting(false);
  const size_t pinned = tee_ ? tee_->pinned_bytes() : 0;
  const size_t bound = (open_streams_ + 1) * kBytesPerStream + 2 * pinned;
  if (reactor_.blocks().bytes_in_use() > bound) {
    ledger_.fail(fmt::format("{} bytes in blocks for {} streams", reactor_.blocks().bytes_in_use(),
                             open_streams_));
  }
}

void SimWorld::check_all_gone() {
  check_accounting(true);
  const auto gone = [this](std::string_view what, size_t count) {
    if (count != 0) ledger_.fail(fmt::format("{} {} left at the end", count, what));
  };
  gone("sessions", worker_->session_count());
  gone("idle upstream connections", worker_->pool().idle_count());
  gone("streams", open_streams_);
  gone("timers", reactor_.pending_timers());
  gone("blocks", reactor_.blocks().blocks_in_use());
  if (tee_) gone("bytes pinned by the mirror", tee_->pinned_bytes());
}

// ---- the run -------------------------------------------------------------------------------

Verdict SimWorld::run(size_t steps) {
  start_later();
  for (size_t i = 0; i < steps && is_sound(); ++i) {
    if (scenario_.reload_every != 0 && i % scenario_.reload_every == 1) reload();
    if (scenario_.drain_at != 0 && i == scenario_.drain_at) drain();
    if (!turn()) break;
  }
  is_ending_ = true;
  if (is_sound() && scenario_.freezes_at_end) freeze();
  if (is_sound()) finish();
  Verdict verdict{.problem = ledger_.problem(),
                  .trace_hash = trace_.hash(),
                  .turns = turns_,
                  .exchanges = worker_->totals().exchanges_started,
                  .passed_through = passed_through_};
  for (const auto& rule : worker_->snapshot()->decisions->counters()) {
    verdict.faults += rule.applied;
  }
  return verdict;
}

bool SimWorld::turn() {
  if (draws_.one_in(8)) analyse();
  reactor_.end_turn();  // what was done from outside
  if (turns_ == kTurnsMax) ledger_.fail("the end does not come");
  if (!reactor_.turn()) return false;
  ++turns_;
  check_turn();
  return true;
}

// Every session ends: the peers are silent, and each wait of the proxy has its limit; the longest
// is that of a tunnel.
void SimWorld::freeze() {
  trace_.note("the peers fall silent", worker_->session_count());
  for (const auto& client : clients_) client->freeze();
  for (const auto& client : tcp_clients_) client->freeze();
  for (const auto& server : servers_) server->freeze();
  for (const auto& echo : echoes_) echo->freeze();
  const MonoTime until = reactor_.clock().now() + limits::kTunnelIdleTimeout + minutes(10);
  while (worker_->session_count() > 0 && reactor_.clock().now() < until && is_sound()) {
    if (!turn()) break;
  }
  if (worker_->session_count() > 0) {
    ledger_.fail(fmt::format("{} sessions outlive their timeouts", worker_->session_count()));
  }
}

void SimWorld::finish() {
  drain();
  while (is_sound() && worker_->session_count() > 0 && turn()) {
  }
  for (const auto& client : clients_) passed_through_ += client->passed_through();
  clients_.clear();
  tcp_clients_.clear();
  servers_.clear();
  echoes_.clear();
  analyse();
  while (is_sound() && turn()) {
  }
  analyse();
  if (tee_) tee_->collect();
  if (is_sound()) check_all_gone();
}

}  // namespace faultline::sim

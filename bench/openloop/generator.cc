// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/generator.h"

#include "proxy/base/assert.h"

#include <algorithm>

namespace faultline::bench {
namespace {

constexpr size_t kReadBytes = 256UL * 1024;
constexpr uint64_t kTickMs = 50;  // How late a timeout may be noticed.
constexpr uint64_t kMillisecond = 1'000'000;
constexpr double kSecond = 1e9;

}  // namespace

Generator::Generator(uv_loop_t& loop, const OpenLoopOptions& options)
    : loop_(loop),
      options_(options),
      // A closed loop has no schedule; its arrivals only count.
      arrivals_(options.arrivals, options.is_closed ? 1.0 : options.rate, options.seed),
      buffer_(kReadBytes) {}

uint64_t Generator::now_ns() const { return uv_hrtime() - start_ns_; }

bool Generator::run(std::string& error) {
  if (!timer_.open(loop_, [this] { dispatch(); })) {
    error = "no timerfd";
    return false;
  }
  uv_timer_init(&loop_, &tick_);
  tick_.data = this;
  uv_timer_start(&tick_, &Generator::on_tick, kTickMs, kTickMs);
  open_handles_ = 2;
  start_ns_ = uv_hrtime();
  Events& events = *this;  // Inside make_unique() the private base could not be reached.
  for (size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(
        std::make_unique<ClientConnection>(loop_, make_dialogue(options_), buffer_, events));
    ++open_handles_;
    connections_.back()->open(options_.target, now_ns());
    if (stage_ == Stage::Closing) break;  // It failed at once, and the others with it.
  }
  uv_run(&loop_, UV_RUN_DEFAULT);
  FL_ASSERT(stage_ == Stage::Closing);
  for (const auto& connection : connections_) report_.bytes += connection->bytes_received();
  error = error_;
  return error.empty();
}

void Generator::begin() {
  stage_ = Stage::Running;
  start_ns_ = uv_hrtime();
  dispatch();
}

bool Generator::is_schedule_over(uint64_t now) const {
  if (is_refused_) return true;
  if (options_.requests > 0 && arrivals_.ordinal() >= options_.requests) return true;
  const uint64_t next = options_.is_closed ? now : arrivals_.intended_ns();
  return options_.seconds > 0 && static_cast<double>(next) >= options_.seconds * kSecond;
}

bool Generator::is_due(uint64_t now) const {
  return !is_schedule_over(now) && (options_.is_closed || arrivals_.intended_ns() <= now);
}

// Sends what is due on connections that are free, and sees to it that the next step comes.
void Generator::dispatch() {
  if (stage_ != Stage::Running) return;
  uint64_t now = now_ns();
  while (is_due(now)) {
    if (free_.empty()) {
      reopen_one();
      return;  // An answer, a failure or a new connection leads here again.
    }
    ClientConnection& connection = *free_.back();
    free_.pop_back();
    send(connection, options_.is_closed ? now : arrivals_.intended_ns(), now);
    now = now_ns();
  }
  if (!is_schedule_over(now)) return timer_.arm(start_ns_ + arrivals_.intended_ns());
  if (busy_ == 0) finish();
}

void Generator::send(ClientConnection& connection, uint64_t intended_ns, uint64_t now) {
  take_from_schedule();
  ++busy_;
  connection.send(intended_ns, now);
}

void Generator::take_from_schedule() {
  ++report_.scheduled;
  arrivals_.advance();
}

void Generator::reopen_one() {
  if (closed_.empty()) return;
  ClientConnection& connection = *closed_.back();
  closed_.pop_back();
  ++report_.reconnects;
  ++open_handles_;
  connection.open(options_.target, now_ns());
}

void Generator::on_open(ClientConnection& connection) {
  free_.push_back(&connection);
  if (stage_ == Stage::Opening) {
    if (free_.size() == connections_.size()) begin();
    return;
  }
  dispatch();
}

void Generator::on_answer(ClientConnection& connection, bool is_free) {
  const uint64_t now = now_ns();
  --busy_;
  ++report_.answered;
  report_.seconds = static_cast<double>(now) / kSecond;
  if (static_cast<double>(connection.intended_ns()) >= options_.warmup_seconds * kSecond) {
    report_.latency.record(now - connection.intended_ns());
    report_.service.record(now - connection.begun_ns());
    report_.lag.record(connection.begun_ns() - connection.intended_ns());
  }
  if (is_free) free_.push_back(&connection);
  dispatch();
}

void Generator::on_failure(ClientConnection& /*connection*/, Failure failure) {
  if (failure != Failure::Connect) {
    --busy_;
    ++report_.failures[static_cast<size_t>(failure)];
    return;  // on_closed goes on.
  }
  if (stage_ == Stage::Opening) {
    error_ = "cannot connect";
    return finish();
  }
  if (stage_ != Stage::Running) return;
  if (options_.is_ended_by_refusal) {
    // A closed loop has nothing that waits.
    while (!options_.is_closed && is_due(now_ns())) {
      take_from_schedule();
      ++report_.abandoned;
    }
    is_refused_ = true;
  } else if (is_due(now_ns())) {
    // The connection was wanted for the request that has waited longest.
    take_from_schedule();
    ++report_.failures[static_cast<size_t>(failure)];
  }
}

void Generator::on_lost(ClientConnection& connection) {
  ++report_.lost;
  std::erase(free_, &connection);
}

void Generator::on_closed(ClientConnection& connection) {
  if (stage_ == Stage::Closing) return close_one();
  --open_handles_;
  closed_.push_back(&connection);
  dispatch();
}

void Generator::on_tick(uv_timer_t* timer) {
  auto& generator = *static_cast<Generator*>(timer->data);
  generator.give_up_late();
  generator.dispatch();
}

void Generator::give_up_late() {
  using State = ClientConnection::State;
  const uint64_t now = now_ns();
  for (const auto& connection : connections_) {
    const bool is_waiting =
        connection->state() == State::Busy || connection->state() == State::Connecting;
    if (!is_waiting || now - connection->begun_ns() <= options_.timeout_ms * kMillisecond) continue;
    const bool is_busy = connection->state() == State::Busy;
    connection->give_up(is_busy ? Failure::Timeout : Failure::Connect);
  }
}

// Closes everything; the loop stops when the last handle has gone.
void Generator::finish() {
  if (stage_ == Stage::Closing) return;
  stage_ = Stage::Closing;
  timer_.close(&Generator::on_helper_closed, this);
  uv_close(reinterpret_cast<uv_handle_t*>(&tick_), &Generator::on_helper_closed);
  for (const auto& connection : connections_) connection->close();
}

void Generator::on_helper_closed(uv_handle_t* handle) {
  static_cast<Generator*>(handle->data)->close_one();
}

void Generator::close_one() {
  if (--open_handles_ == 0) uv_stop(&loop_);
}

}  // namespace faultline::bench

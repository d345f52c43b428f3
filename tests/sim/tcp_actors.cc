// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/tcp_actors.h"

#include "proxy/base/random.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::sim {
namespace {

char pattern(uint64_t connection, size_t position) {
  return static_cast<char>('a' + random::mix(connection * 1'000'003 + position / 4) % 26);
}

}  // namespace

TcpClientActor::TcpClientActor(SimReactor& reactor, Ledger& ledger, uint64_t connection,
                               std::shared_ptr<SimLink> link, const Habits& habits)
    : reactor_(reactor),
      ledger_(ledger),
      connection_(connection),
      habits_(habits),
      peer_(reactor, std::move(link), *this, habits.pace) {
  timer_ = reactor_.call_after(Duration(0), [this] { send_piece(); }, true);
}

void TcpClientActor::send_piece() {
  if (is_over_ || is_frozen_ || peer_.is_over()) return;
  if (sent_ == habits_.bytes) {
    if (habits_.resets) {
      is_over_ = true;
      peer_.reset();
    } else {
      peer_.shutdown();
    }
    return;
  }
  if (peer_.is_flushed()) {
    std::string piece;
    const size_t size = std::min(habits_.piece, habits_.bytes - sent_);
    for (size_t i = 0; i < size; ++i) piece += pattern(connection_, sent_ + i);
    peer_.send(piece);
    sent_ += size;
  }
  timer_ = reactor_.call_after(
      habits_.rest + std::chrono::microseconds(10), [this] { send_piece(); }, true);
}

void TcpClientActor::on_bytes(std::string_view bytes) {
  if (is_frozen_) return;
  ledger_.trace().note("tcp client reads", connection_, bytes.size());
  for (const char byte : bytes) {
    if (received_ < sent_ && byte == pattern(connection_, received_++)) continue;
    ledger_.fail(fmt::format("tcp client {} got a byte that is not its own", connection_));
    return;
  }
}

void TcpClientActor::end(bool is_reset) {
  if (std::exchange(is_over_, true) || is_frozen_) return;
  ledger_.trace().note(is_reset ? "tcp client sees RST" : "tcp client sees FIN", connection_,
                       received_);
  peer_.close();
  if (received_ == habits_.bytes && !is_reset) return;
  constexpr std::string_view kEnding[] = {"drop", "cut", "half_close", "lifetime", "connect"};
  const bool is_ended_by_fault = std::any_of(
      std::begin(kEnding), std::end(kEnding),
      [this](std::string_view fault) { return ledger_.has_tcp_fault(connection_, fault); });
  const bool is_excused = is_ended_by_fault || ledger_.is_cut_by_drain() || ledger_.is_draining() ||
                          ledger_.take_failed_connect();
  if (is_excused) return;
  ledger_.fail(
      fmt::format("tcp client {} got {} of {} bytes back", connection_, received_, habits_.bytes));
}

}  // namespace faultline::sim

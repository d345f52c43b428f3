// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/operation_run.h"

#include "tests/sim/stage.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kRules = R"(rules:
  - { name: late, match: { listener: http, path: /late }, fault: { latency: { fixed: 300ms } } }
  - { name: slow, match: { listener: http, path: /slow }, fault: { throttle: { rate: 2KiB/s } } }
  - { name: lost, match: { listener: http, path: /lost }, fault: { drop: { how: lose_response } } }
  - { name: gone, match: { listener: http, path: /gone }, fault: { drop: {} }, every: 2 }
  - { name: no, match: { listener: http, path: /no }, fault: { abort: { status: 503 } }, every: 2 }
  - name: bent
    match: { listener: http }
    fault: { schema_drift: { mutate: 'null', pointer: /a } }
    every: 3
)";

constexpr std::array<std::string_view, 8> kRequests = {
    "GET /a HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD /late HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\nhello, world",
    "POST /lost HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "PUT /gone HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
    "GET /no HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "GET /up HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n",
    "GET /late HTTP/1.0\r\n\r\n",
};

constexpr std::array<std::string_view, 9> kAnswers = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end",
    "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
};

// One peer; counts what it gets.
class Party final : public PeerEvents {
 public:
  void on_bytes(std::string_view bytes) override { received += bytes; }
  void on_fin() override {}
  void on_reset() override {}
  std::string received;
  std::unique_ptr<SimPeer> peer;
};

class OperationRun {
 public:
  explicit OperationRun(std::span<const uint8_t> input)
      : input_(input), stage_({kRules}, shape(), [this](std::shared_ptr<SimLink> link) {
          servers_.push_back(std::make_unique<Party>());
          servers_.back()->peer = std::make_unique<SimPeer>(stage_.reactor(), std::move(link),
                                                            *servers_.back(), ReadPace{});
        }) {}

  std::string run() {
    while (input_.size() >= 2 && problem_.empty()) {
      const uint8_t what = input_[0] % 12;
      const uint8_t how = input_[1];
      input_ = input_.subspan(2);
      one(what, how);
      check_nothing_from_nothing();
    }
    for (auto* side : {&clients_, &servers_}) {
      for (const auto& party : *side) party->peer->close();
    }
    const std::string end = stage_.finish();
    return problem_.empty() ? end : problem_;
  }

 private:
  using Parties = std::vector<std::unique_ptr<Party>>;

  static LinkShape shape() {
    LinkShape shape;
    shape.capacity = 1000;
    return shape;
  }
  static SimPeer* pick(const Parties& parties, uint8_t number) {
    return parties.empty() ? nullptr : parties[number % parties.size()]->peer.get();
  }
  std::string take_raw(uint8_t count) {
    const auto raw = input_.first(std::min<size_t>(count, input_.size()));
    input_ = input_.subspan(raw.size());
    return {raw.begin(), raw.end()};
  }
  void one(uint8_t what, uint8_t how);
  void send(SimPeer* peer, std::string_view bytes, bool is_server) {
    if (peer == nullptr) return;
    has_server_spoken_ = has_server_spoken_ || is_server;
    peer->send(bytes);
  }
  // A client hears only of servers and of errors; without a word of a server there are errors,
  // injected or not, alone.
  void check_nothing_from_nothing() {
    if (has_server_spoken_) return;
    for (const auto& client : clients_) {
      if (client->received.find(" 200 ") != std::string::npos) problem_ = "an answer from nobody";
    }
  }

  std::span<const uint8_t> input_;
  std::string problem_;
  bool has_server_spoken_ = false;
  Stage stage_;
  Parties clients_;
  Parties servers_;
};

void OperationRun::one(uint8_t what, uint8_t how) {
  constexpr size_t kPartiesMax = 16;
  SimPeer* const client = pick(clients_, how);
  SimPeer* const server = pick(servers_, how);
  switch (what) {
    case 0:
      if (clients_.size() == kPartiesMax) return;
      clients_.push_back(std::make_unique<Party>());
      clients_.back()->peer = stage_.connect(
          *clients_.back(), how % 4 == 3 ? ReadPace{0, {}} : ReadPace{how * 64UL + 1, {}});
      return;
    case 1: {
      std::string_view request = kRequests[how % kRequests.size()];
      if (how >= 192) request = request.substr(0, request.size() * (how % 5) / 5);
      send(clients_.empty() ? nullptr : clients_.back()->peer.get(), request, false);
      return;
    }
    case 2:
      send(clients_.empty() ? nullptr : clients_.back()->peer.get(), take_raw(how), false);
      return;
    case 3:
      if (client != nullptr) client->shutdown();
      return;
    case 4:
      if (client != nullptr) client->reset();
      return;
    case 5:
      if (client != nullptr) client->close();
      return;
    case 6:
      send(servers_.empty() ? nullptr : servers_.back()->peer.get(),
           kAnswers[how % kAnswers.size()], true);
      return;
    case 7:
      send(servers_.empty() ? nullptr : servers_.back()->peer.get(), take_raw(how), true);
      return;
    case 8:
      if (server != nullptr) server->shutdown();
      return;
    case 9:
      if (server != nullptr) server->reset();
      return;
    case 10:
      stage_.run_for(milliseconds(uint64_t{1} << (how / 16U)));
      return;
    default:
      stage_.reload();
      return;
  }
}

}  // namespace

std::string run_operations(std::span<const uint8_t> input) { return OperationRun(input).run(); }

}  // namespace faultline::sim

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/sim_peer.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::sim {

/// A client that keeps what it hears.
struct Ear : PeerEvents {
  void on_bytes(std::string_view piece) override { bytes += piece; }
  void on_fin() override { end = "fin"; }
  void on_reset() override { end = "reset"; }
  std::string bytes;
  std::string end;  // "fin", "reset", or nothing yet
};

/// What the server sends for every head: the text as often as told, so far apart.
struct Response {
  std::string text;
  int times = 1;
  Duration rest{};
};

/// A server that answers every head, of requests without bodies that hold an empty line.
class AnsweringServer final : private PeerEvents {
 public:
  AnsweringServer(SimReactor& reactor, std::shared_ptr<SimLink> link, Response response)
      : reactor_(reactor),
        response_(std::move(response)),
        peer_(reactor, std::move(link), *this, ReadPace{}) {}
  [[nodiscard]] const std::string& all() const { return all_; }

 private:
  void on_bytes(std::string_view bytes) override {
    all_ += bytes;
    received_ += bytes;
    for (size_t end = 0; (end = received_.find("\r\n\r\n")) != std::string::npos;) {
      received_.erase(0, end + 4);
      left_ = response_.times;
      send_next();
    }
  }
  void send_next() {
    peer_.send(response_.text);
    if (--left_ > 0) timer_ = reactor_.call_after(response_.rest, [this] { send_next(); });
  }
  void on_fin() override { peer_.close(); }
  void on_reset() override {}

  SimReactor& reactor_;
  std::string all_;
  std::string received_;  // of the head that is not whole yet
  Response response_;
  int left_ = 0;
  TimerHandle timer_;
  SimPeer peer_;
};

}  // namespace faultline::sim

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "tests/sim/scripted_peers.h"
#include "tests/sim/stage.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::sim {

/// What a client asks for where it does not matter.
inline constexpr std::string_view kRequest = "GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n";

/// One client and the server that answers it, on a Stage. What they hold goes with them; the end of
/// the story fails the test when anything is left then.
class Story {
 public:
  Story(std::string_view rules, Response response, ReadPace pace = {})
      : Story(Stage::Setting{rules}, std::move(response), pace) {}
  Story(const Stage::Setting& setting, Response response, ReadPace pace = {})
      : stage_(setting, shape(),
               [this, response](std::shared_ptr<SimLink> link) {
                 servers_.push_back(std::make_unique<AnsweringServer>(stage_.reactor(),
                                                                      std::move(link), response));
               }),
        client_(stage_.connect(ear_, pace)) {}
  ~Story() {
    client_->close();
    servers_.clear();
    EXPECT_EQ(stage_.finish(), "");
  }
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  [[nodiscard]] SimPeer& client() { return *client_; }
  [[nodiscard]] std::string server_received() const {
    return servers_.empty() ? "" : servers_.front()->all();
  }
  [[nodiscard]] const Ear& ear() const { return ear_; }
  void run_for(Duration span) { stage_.run_for(span); }
  void retire(Duration deadline) { stage_.retire(deadline); }
  void reload() { stage_.reload(); }
  [[nodiscard]] size_t sessions() { return stage_.worker().session_count(); }

 private:
  static LinkShape shape() {
    LinkShape shape;
    shape.capacity = 4096;
    return shape;
  }
  Ear ear_;
  Stage stage_;
  std::vector<std::unique_ptr<AnsweringServer>> servers_;
  std::unique_ptr<SimPeer> client_;
};

}  // namespace faultline::sim

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/loop.h"
#include "proxy/server/upstream_connection.h"

#include <functional>
#include <memory>
#include <vector>

namespace faultline::server {

/// Second copies of requests, each on a connection of its own: sends them, reads their answers and
/// drops both. Owned by the worker, used on its thread; what is under way when it is destroyed is
/// given up.
class RequestCopies {
 public:
  struct Order {
    HostPort upstream;
    buffer::Chain request;
    bool is_head_request = false;
    Duration gap{};  // before it is sent
    Duration connect_timeout{};
    Duration answer_timeout{};  // for all of the answer
  };
  RequestCopies();
  ~RequestCopies();
  RequestCopies(const RequestCopies&) = delete;
  RequestCopies& operator=(const RequestCopies&) = delete;

  /// False, and nothing is sent, when limits::kPendingConnects copies are under way.
  [[nodiscard]] bool send(io::Reactor& loop, Order order);
  [[nodiscard]] size_t under_way() const noexcept { return copies_.size(); }

 private:
  class Copy;
  void remove(const Copy& copy);

  std::vector<std::unique_ptr<Copy>> copies_;
};

}  // namespace faultline::server

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/uri.h"
#include "proxy/cli/demo/customers.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace faultline::cli::demo {

/// What the client does in one phase: the same requests in the same order every time, so that the
/// decisions of two runs with one seed are equal. Whole requests, ready for the wire.
[[nodiscard]] std::vector<std::string> shopping_script(const PersonalData& people, size_t rounds);

/// Plays scripts against an address: one request after another on a kept connection, on a thread
/// and a loop of its own. A request that gets no answer is counted and not repeated.
class Client {
 public:
  struct Tally {
    uint64_t requests = 0;
    std::map<int, uint64_t> by_status;  // 0: no answer
  };

  /// Borrows clock.
  Client(const Clock& clock, HostPort target);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Adds requests to what is to be sent, one every `pause` or when the one before it is answered,
  /// whatever is later. Thread-safe.
  void play(std::vector<std::string> requests, Duration pause);
  /// Stops, joins, and tells what came back.
  [[nodiscard]] Tally finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::cli::demo

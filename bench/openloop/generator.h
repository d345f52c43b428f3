// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/openloop/client_connection.h"
#include "bench/openloop/deadline_timer.h"
#include "bench/openloop/report.h"

#include <memory>
#include <string>
#include <vector>

namespace faultline::bench {

/// The open loop: requests leave at their intended times over a fixed number of kept-alive
/// connections, one at a time on each. When all are busy, due requests wait, and their latency
/// counts from the time they were due, because a user who comes meanwhile waits as well. Lost
/// connections are opened again when a request needs one.
///
/// Uses one thread, the one that calls run(), and a loop that other handles may live on.
class Generator final : private ClientConnection::Events {
 public:
  Generator(uv_loop_t& loop, const OpenLoopOptions& options);
  ~Generator() override = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /// Once. False with `error` when the first connections cannot be opened.
  [[nodiscard]] bool run(std::string& error);
  [[nodiscard]] const OpenLoopReport& report() const noexcept { return report_; }

 private:
  void on_open(ClientConnection& connection) override;
  void on_answer(ClientConnection& connection, bool is_free) override;
  void on_failure(ClientConnection& connection, Failure failure) override;
  void on_lost(ClientConnection& connection) override;
  void on_closed(ClientConnection& connection) override;
  static void on_tick(uv_timer_t* timer);
  static void on_helper_closed(uv_handle_t* handle);

  void begin();
  void dispatch();
  void send(ClientConnection& connection, uint64_t intended_ns, uint64_t now_ns);
  void take_from_schedule();
  void reopen_one();
  void give_up_late();
  void finish();
  void close_one();
  [[nodiscard]] bool is_due(uint64_t now_ns) const;
  [[nodiscard]] bool is_schedule_over(uint64_t now_ns) const;
  [[nodiscard]] uint64_t now_ns() const;

  enum class Stage : uint8_t { Opening, Running, Closing };

  uv_loop_t& loop_;
  OpenLoopOptions options_;
  Arrivals arrivals_;
  OpenLoopReport report_;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<ClientConnection>> connections_;
  std::vector<ClientConnection*> free_;    // the last one first: as few warm ones as the rate needs
  std::vector<ClientConnection*> closed_;  // to be opened again
  DeadlineTimer timer_;
  uv_timer_t tick_{};
  Stage stage_ = Stage::Opening;
  bool is_refused_ = false;  // and that ended the schedule
  uint64_t start_ns_ = 0;
  uint64_t busy_ = 0;
  size_t open_handles_ = 0;
  std::string error_;
};

}  // namespace faultline::bench

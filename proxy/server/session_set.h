// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/server/session.h"
#include "proxy/server/worker_context.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace faultline::server {

/// The open connections of one worker: takes what a listener accepted or turns it away, owns each
/// session until it is over, drains them. Lives on the worker's thread and knows only its context,
/// so the simulation runs the same one.
class SessionSet final : public SessionOwner {
 public:
  /// `context` outlives the set.
  explicit SessionSet(WorkerContext& context) : context_(context) {}
  ~SessionSet() override = default;
  SessionSet(const SessionSet&) = delete;
  SessionSet& operator=(const SessionSet&) = delete;

  /// Begins a session, or counts why not and closes: memory is short, or the listener has as many
  /// connections as its limit says, or all listeners together have.
  void accept(uint32_t listener, std::unique_ptr<io::Stream> stream);
  /// Exchanges keep the snapshot they began with; live rules act on what is open.
  void publish(SnapshotPtr snapshot);
  /// A phase of the scenario armed and disarmed rules.
  void follow_phase();
  /// Closes the connections that wait for a request, and those to the upstream that wait for use.
  void close_idle();
  /// Finishes what is under way; `on_drained` is called once, when nothing is left. What is still
  /// there after `deadline` is cut, and counted as proxy/drain_deadline.
  void drain(Duration deadline, std::function<void()> on_drained);
  /// The same for the connections of one listener that was taken out, without a word at the end. A
  /// reload that brings the listener back before lets them go on.
  void retire(uint32_t listener, Duration deadline);
  /// The mirror has room again (lossless mode).
  void on_mirror_room();
  [[nodiscard]] size_t size() const noexcept { return open_.size(); }

 private:
  struct Entry {
    std::unique_ptr<Session> session;
    uint32_t listener = 0;
  };

  void on_session_over(Session& session) override;
  [[nodiscard]] bool has_room(uint32_t listener);
  [[nodiscard]] bool begins_with_proxy_header(uint32_t listener, const io::Stream& stream) const;
  [[nodiscard]] std::unique_ptr<Session> make_session(uint32_t listener, uint64_t ordinal,
                                                      Accepted accepted);
  void add(uint32_t listener, std::unique_ptr<Session> session);
  void replace(Session& prologue, std::unique_ptr<Session> session);
  /// Takes the session out; its memory goes at the end of the turn.
  [[nodiscard]] uint32_t remove(std::unordered_map<Session*, std::list<Entry>::iterator>::iterator);
  [[nodiscard]] std::vector<Session*> in_order() const;
  [[nodiscard]] std::vector<Session*> of_listener(uint32_t listener) const;
  void tell_of_rules();
  void check_drained();

  WorkerContext& context_;
  std::list<Entry> open_;  // in order of acceptance: a drain is the same in every run of a seed
  std::unordered_map<Session*, std::list<Entry>::iterator> places_;
  std::function<void()> on_drained_;
  TimerHandle drain_timer_;
  std::map<uint32_t, TimerHandle> retire_timers_;  // by listener
};

}  // namespace faultline::server

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "proxy/base/fault_event.h"
#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"
#include "proxy/run/decision_log.h"
#include "proxy/run/run_folder.h"
#include "redaction/redactor.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace faultline::run {

/// events.jsonl of a run: one line {"id","t_ns","run","kind",fields...} per event, in order of id.
/// emit() only queues; a drain formats, redacts the traffic texts and writes. When the queue is
/// full the event is dropped and counted, and the run fails as incomplete: a line that is missing
/// without a word would make the evidence worthless.
///
/// Events of kind "fault" and "decision" also enter the decision log when they say what was drawn:
/// fields `rule`, `scope`, `occurrence`, `u` (16 hex digits as a JSON string), `verdict`, `action`
/// and the traffic text `key`.
class EventLog final : public EventSink {
 public:
  struct Options {
    MonoTime started{};
    size_t queue_lines = limits::kEventQueueLines;
    Duration drain_every = std::chrono::milliseconds(100);
  };
  /// Makes events.jsonl in `folder`. No thread runs before start().
  [[nodiscard]] static Result<std::unique_ptr<EventLog>> open(
      RunFolder& folder, const Options& options, std::unique_ptr<redaction::Redactor> redactor);
  /// Stops the thread and drains; an error there is lost, so call close().
  ~EventLog() override;
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  /// Any thread; never waits for the disk. The id is given also to an event that is dropped.
  /// `kind` and the names in the event must be texts that outlive the log (literals).
  uint64_t emit(Event event) override;
  uint64_t emit_fault(FaultEvent&& fault) override;

  /// Drains every Options::drain_every on a thread of its own until close().
  void start();
  /// Writes what is queued, on the calling thread. The first failure sticks.
  [[nodiscard]] Status drain();
  /// Stops the thread, drains, and waits for the disk. Events emitted later are dropped.
  [[nodiscard]] Status close();

  [[nodiscard]] uint64_t emitted() const;
  /// Events that are not in the file and will not be: a full queue, a failed write, after close().
  [[nodiscard]] uint64_t dropped() const;
  [[nodiscard]] uint64_t written() const;
  /// After close(): what the redactor replaced in events, and the decisions that fired.
  [[nodiscard]] redaction::Hits redaction_hits() const;
  [[nodiscard]] const DecisionLog& decisions() const noexcept { return decisions_; }

 private:
  struct Queued {
    uint64_t id = 0;
    std::variant<Event, FaultEvent> event;
  };
  EventLog(const Options& options, const RunFolder& folder, record::AppendFile file,
           std::unique_ptr<redaction::Redactor> redactor);
  void run_drain_loop();
  void stop_thread();
  template <typename Any>
  uint64_t push(Any&& event);
  void write(uint64_t id, const Event& event);
  void note_decision(const Event& event);

  const Options options_;
  const std::string run_id_;

  mutable std::mutex queue_mutex_;  // queue and counters
  std::condition_variable wake_;
  std::vector<Queued> queue_;
  uint64_t last_id_ = 0;
  uint64_t dropped_ = 0;
  uint64_t written_ = 0;
  bool is_stopping_ = false;
  bool is_closed_ = false;

  std::mutex drain_mutex_;  // everything below; taken before queue_mutex_
  record::AppendFile file_;
  std::unique_ptr<redaction::Redactor> redactor_;
  DecisionLog decisions_;
  std::vector<Queued> batch_;
  std::string text_;
  std::optional<Error> failure_;

  std::thread thread_;
};

}  // namespace faultline::run

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"
#include "proxy/record/exchange.h"
#include "proxy/record/line_file.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::record {

/// A fault event that touched an exchange. Rule and fault are names of the configuration and of
/// this project; a pointer can hold names from traffic.
struct JournalFault {
  uint64_t event = 0;
  std::string rule;
  std::string fault;  // "latency"
  Direction side = Direction::Request;
  redaction::RedactedText pointer{};  // schema_drift: where in the body
  std::string action{};               // value-free: "retype"
};

/// What the journal keeps of one exchange. Messages come as RedactedMessage, which only a Redactor
/// makes: traffic that was not redacted cannot be written here.
struct JournalEntry {
  ExchangeId id{};
  std::string_view listener{};  // name in the configuration; borrowed for the call
  int64_t t_ns = 0;             // since the start of the run
  redaction::RedactedMessage request;
  std::optional<redaction::RedactedMessage> response{};
  std::vector<JournalFault> faults{};
  Outcome outcome = Outcome::Completed;
};

/// Writes the journal of a run: `<folder>/000001.jsonl` and on, one exchange per line (the format
/// stands at the top of journal_writer.cc). Buffers up to limits::kJournalBufferBytes; a crash
/// costs what was buffered and leaves at most one torn last line. What is buffered when it goes is
/// written, but an error there is lost, so call close(). Not thread-safe.
class JournalWriter final {
 public:
  struct Options {
    uint64_t segment_bytes = limits::kJournalSegmentBytes;
    uint64_t buffer_bytes = limits::kJournalBufferBytes;
  };
  /// The folder is made when it is missing. Its segments must not exist yet.
  [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(std::string folder,
                                                                   const Options& options);
  [[nodiscard]] static Result<std::unique_ptr<JournalWriter>> open(std::string folder);
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// DiskFull, IoFailed. The first failure sticks: later calls return it and count as lost.
  [[nodiscard]] Status append(const JournalEntry& entry);
  [[nodiscard]] Status flush() { return lines_.flush(); }
  /// flush(), and waits for the disk.
  [[nodiscard]] Status close() { return lines_.close(); }

  /// Exchanges that are in the files, and exchanges that append() was given and the files lack.
  [[nodiscard]] uint64_t written() const noexcept { return lines_.written(); }
  [[nodiscard]] uint64_t lost() const noexcept { return lines_.lost(); }

 private:
  JournalWriter(std::string folder, const Options& options, AppendFile first);
  [[nodiscard]] Result<AppendFile> next_segment();

  const std::string folder_;
  uint32_t segment_ = 1;
  LineFile lines_;
};

/// Reads a journal, one exchange at a time, in the order it was written.
class JournalReader final {
 public:
  /// NotFound when the folder is missing. An empty folder is an empty journal.
  [[nodiscard]] static Result<std::unique_ptr<JournalReader>> open(std::string folder);
  ~JournalReader();
  JournalReader(const JournalReader&) = delete;
  JournalReader& operator=(const JournalReader&) = delete;

  /// The next exchange, or nothing at the end. ParseFailed names file and line of a malformed
  /// line: "journal/000001.jsonl:17: ..."; the call after it goes on with the next line.
  [[nodiscard]] Result<std::optional<RecordedExchange>> next();

  /// What is missing, in words: "segment 000001.jsonl: last line is incomplete: 1 exchange lost",
  /// "segment 000002.jsonl is missing". Complete once next() returned nothing.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept;
  /// Lines given out so far.
  [[nodiscard]] uint64_t exchanges() const noexcept;

 private:
  struct State;
  explicit JournalReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace faultline::record

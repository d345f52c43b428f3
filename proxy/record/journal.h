// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/event.h"
#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/record/append_file.h"
#include "proxy/record/exchange.h"
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
/// costs what was buffered and leaves at most one torn last line. Not thread-safe.
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
  /// Writes what is buffered; an error there is lost, so call close().
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  /// DiskFull, IoFailed. The first failure sticks: later calls return it and count as lost.
  [[nodiscard]] Status append(const JournalEntry& entry);
  [[nodiscard]] Status flush();
  /// flush(), and waits for the disk.
  [[nodiscard]] Status close();

  /// Exchanges that are in the files, and exchanges that append() was given and the files lack.
  [[nodiscard]] uint64_t written() const noexcept { return written_; }
  [[nodiscard]] uint64_t lost() const noexcept { return lost_; }

 private:
  JournalWriter(std::string folder, const Options& options);
  [[nodiscard]] Status open_segment();
  [[nodiscard]] Status fail_for_good(Error error);

  std::string folder_;
  Options options_;
  AppendFile file_;
  std::string buffer_;
  uint32_t segment_ = 0;
  uint64_t buffered_ = 0;  // exchanges in buffer_
  uint64_t written_ = 0;
  uint64_t lost_ = 0;
  std::optional<Error> failure_;
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

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/record/exchange.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::record {

enum class TrafficFormat : uint8_t {
  Journal,  // a folder: our own
  Har,      // HAR 1.2
  Lines,    // NDJSON, exchange_line.h
};

/// A place in a recording that cannot be read, in words: "traffic.ndjson:17" and why.
struct TrafficProblem {
  uint64_t position = 0;  // orders the problems of one input
  std::string place;
  std::string what;
};

/// What one step of reading gives: some exchanges, not decoded yet where that is work for the
/// thread that checks them. Reused from step to step, so it keeps its memory.
struct TrafficBatch {
  struct Piece {
    size_t offset = 0;  // in text
    size_t length = 0;
    uint64_t number = 0;  // line, or position of the entry
    uint64_t line = 0;    // where an entry begins
    uint64_t column = 0;
  };
  TrafficFormat format = TrafficFormat::Lines;
  uint32_t input = 0;  // position of the recording among the inputs
  std::string text;
  std::vector<Piece> pieces;                // of Har and Lines
  std::vector<RecordedExchange> exchanges;  // of Journal
  std::optional<int64_t> began_ns;          // of Har: the first entry's start, since 1970
  std::vector<TrafficProblem> problems;     // met on the way

  void clear() noexcept;
};

/// Reads one recording in steps of bounded size, whatever its length. Not thread-safe.
class TrafficReader {
 public:
  virtual ~TrafficReader() = default;

  /// A folder is a journal; a file is HAR when it begins like one or its name ends in .har, else
  /// NDJSON. NotFound, PermissionDenied, IoFailed.
  [[nodiscard]] static Result<std::unique_ptr<TrafficReader>> open(const std::string& path,
                                                                   uint32_t input);

  /// Fills `batch`; false when nothing is left. What cannot be read is a problem in the batch:
  /// after a malformed line of a journal reading goes on, a HAR file that breaks off ends there.
  [[nodiscard]] virtual bool next(TrafficBatch& batch) = 0;
  /// What is missing, in words. Complete at the end.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

/// "traffic.ndjson:17", "recording.har/entries/3".
void spell_exchange_name(TrafficFormat format, std::string_view path, uint64_t number,
                         std::string& name);

}  // namespace faultline::record

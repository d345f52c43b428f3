// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/limits.h"
#include "proxy/base/result.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::record {

/// Reads up to `size` bytes into `to`; 0 at the end.
using ReadBytes = std::function<Result<size_t>(char* to, size_t size)>;

/// One element of har.log.entries, as it stands in the file.
struct HarEntry {
  std::string_view text;  // borrowed until the next call
  uint64_t position = 0;  // in the array, from 0
  uint64_t line = 1;      // where it begins
  uint64_t column = 1;    // in bytes
};

/// Takes a HAR file apart without holding more of it than one entry: memory does not grow with the
/// recording, and of a file that was cut everything before the cut is there. Everything outside
/// the entries is read strictly and dropped; the entries themselves are for decode_har_entry().
class HarSplitter {
 public:
  explicit HarSplitter(ReadBytes read, size_t entry_bytes_max = limits::kJournalLineBytes)
      : read_(std::move(read)), entry_bytes_max_(entry_bytes_max) {}

  /// The next entry, or nothing after the last one, when the whole file was well-formed. The error
  /// names line, column and member, and what came before: "7:12: har/log/entries/3: the file ends
  /// in the middle (3 entries before it)". After an error or the end, call it no more.
  [[nodiscard]] Result<std::optional<HarEntry>> next();

 private:
  enum class Place : uint8_t { Start, Log, Entries, Done };

  [[nodiscard]] Status begin();
  [[nodiscard]] Result<std::optional<HarEntry>> next_entry();
  [[nodiscard]] Status read_members_of_log();
  [[nodiscard]] Status end();
  /// The next member's name, its colon read; nothing at the closing brace.
  [[nodiscard]] Result<std::optional<std::string>> next_member(std::string_view place,
                                                               bool& is_first);
  [[nodiscard]] Result<std::string> read_name(std::string_view place);
  [[nodiscard]] Status skip_member(const std::string& place);
  /// The whole value at the cursor; it is consumed by the next call of anything.
  [[nodiscard]] Result<std::string_view> read_value(const std::string& place);
  [[nodiscard]] Result<size_t> measure_value(const std::string& place);
  [[nodiscard]] Result<size_t> measure_string(const std::string& place, size_t from);
  [[nodiscard]] Status expect(char want, std::string_view place, std::string_view what);
  /// The byte at the cursor after white space; nothing at the end of the file.
  [[nodiscard]] Result<std::optional<char>> peek();
  [[nodiscard]] bool is_buffered(size_t at) const noexcept { return cursor_ + at < buffer_.size(); }
  /// True when byte `at` from the cursor is there, or could be read.
  [[nodiscard]] Result<bool> has(size_t at);
  void consume(size_t count);
  [[nodiscard]] tl::unexpected<Error> fail_here(std::string_view place, std::string_view what,
                                                size_t ahead = 0) const;
  [[nodiscard]] tl::unexpected<Error> fail_cut(std::string_view place) const;
  [[nodiscard]] std::string entry_place() const;

  ReadBytes read_;
  size_t entry_bytes_max_;
  std::string buffer_;
  size_t cursor_ = 0;   // in buffer_
  size_t pending_ = 0;  // bytes at the cursor that were handed out
  bool is_at_end_ = false;
  Place place_ = Place::Start;
  bool has_entries_ = false;
  bool is_first_member_ = true;  // of log
  bool is_first_entry_ = true;
  uint64_t entries_ = 0;
  uint64_t line_ = 1;
  uint64_t column_ = 1;
};

}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"
#include "proxy/http/message.h"
#include "proxy/http/start_line.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::http {

/// Reads one head at a time: leading line ends, the raw start-line check, the grammar of the
/// field lines (llhttp, unless they are plain), the size limits. Leaves the head as one contiguous
/// slice: cut from the input when it came in one piece, otherwise a copy. Every decision depends
/// only on the bytes, never on how they were cut into pieces.
class H1HeadReader {
 public:
  enum class Kind : uint8_t { Request, Response };
  enum class State : uint8_t { NeedMore, Complete, Rejected };

  H1HeadReader(Kind kind, buffer::BlockPool& pool);
  ~H1HeadReader();
  H1HeadReader(const H1HeadReader&) = delete;
  H1HeadReader& operator=(const H1HeadReader&) = delete;

  /// Reads `in` from `offset`, which moves behind what was taken. `fields` are those of the head
  /// that take() then completes: empty before, and of no meaning unless the answer is Complete.
  [[nodiscard]] State read(const buffer::Slice& in, uint32_t& offset, Fields& fields);

  /// After Complete: fills raw, version, the parts of the start line and the fields that are
  /// missing, and begins the next head. Refuses what the grammar lets through (number of fields).
  [[nodiscard]] std::optional<Rejection> take(RequestHead& head, bool& is_connect);
  [[nodiscard]] std::optional<Rejection> take(ResponseHead& head);

  /// True between the first byte of a head and its end. Leading line ends do not count.
  [[nodiscard]] bool has_begun() const noexcept;
  [[nodiscard]] const Rejection& rejection() const noexcept { return rejection_; }

 private:
  struct Grammar;
  struct Span {
    uint32_t begin = 0;
    uint32_t size = 0;
  };

  bool skip_leading_line_ends(std::string_view bytes, uint32_t& offset);
  State read_start_line(std::string_view bytes, uint32_t& offset);
  State read_fields(const buffer::Slice& in, uint32_t begin, uint32_t& offset, Fields& fields);
  State read_by_grammar(const buffer::Slice& in, uint32_t begin, uint32_t& offset);
  State complete(const buffer::Slice& in, uint32_t begin, uint32_t end);
  bool check_start_line(std::string_view line);
  State reject(Rejection rejection);
  [[nodiscard]] std::string_view cut(Span span) const noexcept;
  std::optional<Rejection> take_common(Head& head);
  void begin_next();

  Kind kind_;
  buffer::BlockPool& pool_;
  std::unique_ptr<Grammar> grammar_;  // made for the first head that wants it
  std::string kept_;                  // the head so far, when it comes in pieces
  buffer::Slice raw_;                 // the whole head
  uint32_t line_size_ = 0;            // of the start line with its CRLF; 0 until it was checked
  Span first_;                        // method, or reason phrase
  Span second_;                       // target
  Version version_ = Version::Http11;
  int status_ = 0;
  bool is_connect_ = false;
  bool has_fields_ = false;  // read() has filled them
  bool has_leading_cr_ = false;
  uint8_t leading_line_ends_ = 0;
  Rejection rejection_;
};

}  // namespace faultline::http

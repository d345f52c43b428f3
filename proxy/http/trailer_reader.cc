// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/trailer_reader.h"

#include "proxy/base/limits.h"
#include "proxy/http/h1_policy.h"
#include "proxy/http/head_text.h"
#include "proxy/http/reasons.h"

namespace faultline::http {

namespace {
constexpr std::string_view kLineEnd = "\r\n";
}  // namespace

void TrailerReader::reset() {
  kept_ = std::string();
  line_begin_ = 0;
  lines_ = 0;
  fields_.clear();
  source_ = buffer::Slice();
  bytes_ = buffer::Slice();
}

TrailerReader::State TrailerReader::read(const buffer::Slice& in, uint32_t& offset) {
  while (offset < in.size()) {
    const std::string_view window = in.view().substr(offset, limits::kHeadBytes - kept_.size());
    const size_t line_feed = window.find('\n');
    const size_t taken = line_feed == std::string_view::npos ? window.size() : line_feed + 1;
    kept_.append(window.substr(0, taken));
    offset += static_cast<uint32_t>(taken);
    if (line_feed != std::string_view::npos) {
      if (kept_.size() - line_begin_ == kLineEnd.size() && kept_.ends_with(kLineEnd)) {
        return complete(in, offset);
      }
      if (take_line() == State::Rejected) return State::Rejected;
    }
    if (kept_.size() == limits::kHeadBytes) return reject(431, reason::kTrailersTooLarge);
  }
  return State::NeedMore;
}

TrailerReader::State TrailerReader::take_line() {
  const std::string_view line = std::string_view(kept_).substr(line_begin_);
  line_begin_ = kept_.size();
  if (!line.ends_with(kLineEnd)) return reject(400, reason::kInvalidLineEnd);
  if (!parse_field_line(line.substr(0, line.size() - kLineEnd.size()))) {
    return reject(400, reason::kInvalidField);
  }
  if (++lines_ > limits::kHeadFields) return reject(431, reason::kTooManyFields);
  return State::NeedMore;
}

TrailerReader::State TrailerReader::complete(const buffer::Slice& in, uint32_t end) {
  const bool is_in_one_piece = end >= kept_.size();
  if (is_in_one_piece) {
    const auto size = static_cast<uint32_t>(kept_.size());
    source_ = in.sub(end - size, size);
  } else if (lines_ == 0) {
    source_ = buffer::Slice::of_static(kLineEnd);
  } else {
    source_ = pool_.copy(kept_);
  }
  bytes_ = source_;
  if (lines_ == 0) return State::Complete;

  const std::string_view lines = source_.view().substr(0, source_.size() - kLineEnd.size());
  if (const auto refusal = split_field_lines(lines, fields_)) {
    return reject(refusal->status, refusal->reason);
  }
  const uint64_t stripped_before = stripped_;
  if (const auto refusal = apply_trailer_policy(fields_, stripped_)) {
    return reject(refusal->status, refusal->reason);
  }
  if (stripped_ != stripped_before) bytes_ = write_field_section(pool_, fields_);
  return State::Complete;
}

TrailerReader::State TrailerReader::reject(int status, std::string_view reason) {
  rejection_ = {status, reason};
  return State::Rejected;
}

}  // namespace faultline::http

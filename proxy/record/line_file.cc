// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/line_file.h"

#include <utility>

namespace faultline::record {

LineFile::LineFile(AppendFile file) : LineFile(std::move(file), Options{}) {}

LineFile::LineFile(AppendFile file, Options options)
    : file_(std::move(file)), options_(std::move(options)) {}

LineFile::~LineFile() { static_cast<void>(flush()); }

Status LineFile::append(std::string_view line) {
  buffer_.append(line);
  return end_line();
}

Status LineFile::end_line() {
  if (failure_) {
    buffer_.clear();
    ++lost_;
    return fail(*failure_);
  }
  buffer_.append("\n");
  ++buffered_;
  if (buffer_.size() < options_.buffer_bytes) return {};
  return flush();
}

Status LineFile::flush() {
  if (failure_) return fail(*failure_);
  if (buffer_.empty()) return {};
  auto done = write_out();
  buffer_.clear();
  uint64_t& sum = done ? written_ : lost_;
  sum += std::exchange(buffered_, 0);
  if (!done) failure_ = done.error();
  return done;
}

Status LineFile::write_out() {
  const bool is_full = options_.next_file && file_.size_bytes() > 0 &&
                       file_.size_bytes() + buffer_.size() > options_.file_bytes_max;
  if (is_full) {
    FL_CHECK_OK(file_.sync());
    FL_TRY(file_, options_.next_file());
  }
  return file_.write(buffer_.view());
}

Status LineFile::close() {
  FL_CHECK_OK(flush());
  if (!file_.is_open()) return {};
  FL_CHECK_OK(file_.sync());
  return file_.close();
}

}  // namespace faultline::record

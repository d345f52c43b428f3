// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/line_file.h"

#include <utility>

namespace faultline::record {

LineFile::~LineFile() { static_cast<void>(flush()); }

Status LineFile::append(std::string_view line) {
  if (failure_) {
    ++lost_;
    return fail(*failure_);
  }
  buffer_.append(line).append("\n");
  ++buffered_;
  if (buffer_.size() < limits::kJournalBufferBytes) return {};
  return flush();
}

Status LineFile::flush() {
  if (failure_) return fail(*failure_);
  if (buffer_.empty()) return {};
  const uint64_t lines = std::exchange(buffered_, 0);
  auto done = file_.write(buffer_);
  buffer_.clear();
  if (!done) {
    lost_ += lines;
    failure_ = done.error();
    return done;
  }
  written_ += lines;
  return {};
}

Status LineFile::close() {
  FL_CHECK_OK(flush());
  if (!file_.is_open()) return {};
  FL_CHECK_OK(file_.sync());
  return file_.close();
}

}  // namespace faultline::record

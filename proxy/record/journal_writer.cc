// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/record/journal.h"
#include "proxy/record/journal_names.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// The journal, format 1: JSON Lines in segments 000001.jsonl, 000002.jsonl ... of about 64 MiB.
// A line is one exchange and ends in "\n"; members stand in this order, those marked ? only when
// they are not empty.
//
//   v              1
//   id             "<listener>/<connection>/<exchange>", ordinals from 0
//   t_ns           nanoseconds since the run began
//   listener       name in the configuration
//   request        a message
//   response       a message, or null when there was none
//   faults         [{event, rule, fault, side, pointer ?}]: lines of events.jsonl that touched it;
//                  pointer, of schema_drift, is redacted
//   outcome        names of record::outcome_name()
//
//   message: method, target   request only
//            status           response only
//            version          "HTTP/1.1"
//            fields           [[name, value], ..] in wire order, case kept
//            trailers ?       the same
//            body ?           the redacted text
//            body_bytes       length of the body as it was on the wire
//            body_state       "complete" | "too_large" | "aborted" | "not_kept"
//            body_outcome     "kept" | "empty" | "dropped"
//            drop_reason ?    why the redactor kept nothing
//            decoded ?        the content codings that are off: "gzip"; their field is left out
//
// Everything in a message went through the redactor. Texts are UTF-8.

namespace faultline::record {

namespace {

void append_number(std::string& out, int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_number(std::string& out, uint64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  json_escape_to(out, text);
  out += '"';
}

void append_fields(std::string& out, const std::vector<redaction::RedactedMessage::Field>& fields) {
  out += '[';
  bool is_first = true;
  for (const auto& field : fields) {
    if (!std::exchange(is_first, false)) out += ',';
    out += '[';
    append_quoted(out, field.name);
    out += ',';
    append_quoted(out, field.value);
    out += ']';
  }
  out += ']';
}

void append_message(std::string& out, const redaction::RedactedMessage& message) {
  if (message.direction() == Direction::Request) {
    out += R"({"method":)";
    append_quoted(out, message.method());
    out += R"(,"target":)";
    append_quoted(out, message.target());
  } else {
    out += R"({"status":)";
    append_number(out, static_cast<int64_t>(message.status()));
  }
  out += R"(,"version":)";
  append_quoted(out, message.version());
  out += R"(,"fields":)";
  append_fields(out, message.fields());
  if (!message.trailers().empty()) {
    out += R"(,"trailers":)";
    append_fields(out, message.trailers());
  }
  if (!message.body().empty()) {
    out += R"(,"body":)";
    append_quoted(out, message.body());
  }
  out += R"(,"body_bytes":)";
  append_number(out, message.original_body_bytes());
  out += R"(,"body_state":")";
  out += kBodyStateNames[static_cast<size_t>(message.body_state())];
  out += R"(","body_outcome":")";
  out += kBodyOutcomeNames[static_cast<size_t>(message.body_outcome())];
  out += '"';
  if (!message.drop_reason().empty()) {
    out += R"(,"drop_reason":)";
    append_quoted(out, message.drop_reason());
  }
  if (!message.decoded_from().empty()) {
    out += R"(,"decoded":)";
    append_quoted(out, message.decoded_from());
  }
  out += '}';
}

void append_faults(std::string& out, const std::vector<JournalFault>& faults) {
  out += '[';
  bool is_first = true;
  for (const auto& fault : faults) {
    if (!std::exchange(is_first, false)) out += ',';
    out += R"({"event":)";
    append_number(out, fault.event);
    out += R"(,"rule":)";
    append_quoted(out, fault.rule);
    out += R"(,"fault":)";
    append_quoted(out, fault.fault);
    out += R"(,"side":")";
    out += direction_name(fault.side);
    out += '"';
    if (!fault.action.empty()) {
      out += R"(,"action":)";
      append_quoted(out, fault.action);
    }
    if (!fault.pointer.view().empty()) {
      out += R"(,"pointer":)";
      append_quoted(out, fault.pointer.view());
    }
    out += '}';
  }
  out += ']';
}

void append_entry(std::string& out, const JournalEntry& entry) {
  out += R"({"v":1,"id":")";
  json_escape_to(out, entry.listener);
  out += '/';
  append_number(out, entry.id.connection);
  out += '/';
  append_number(out, entry.id.exchange);
  out += R"(","t_ns":)";
  append_number(out, entry.t_ns);
  out += R"(,"listener":)";
  append_quoted(out, entry.listener);
  out += R"(,"request":)";
  append_message(out, entry.request);
  out += R"(,"response":)";
  if (entry.response) {
    append_message(out, *entry.response);
  } else {
    out += "null";
  }
  out += R"(,"faults":)";
  append_faults(out, entry.faults);
  out += R"(,"outcome":")";
  out += outcome_name(entry.outcome);
  out += "\"}\n";
}

}  // namespace

JournalWriter::JournalWriter(std::string folder, const Options& options)
    : folder_(std::move(folder)), options_(options) {
  buffer_.reserve(options_.buffer_bytes + options_.buffer_bytes / 4);
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(std::string folder) {
  return open(std::move(folder), Options{});
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(std::string folder,
                                                           const Options& options) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return fail(io_error("make folder", folder, errno));
  }
  std::unique_ptr<JournalWriter> writer(new JournalWriter(std::move(folder), options));
  FL_CHECK_OK(writer->open_segment());
  return writer;
}

JournalWriter::~JournalWriter() { static_cast<void>(flush()); }

Status JournalWriter::open_segment() {
  FL_TRY(file_, AppendFile::create(folder_ + "/" + segment_file_name(segment_ + 1)));
  ++segment_;
  return {};
}

Status JournalWriter::fail_for_good(Error error) {
  lost_ += std::exchange(buffered_, 0);
  buffer_.clear();
  failure_ = error;
  return fail(std::move(error));
}

Status JournalWriter::append(const JournalEntry& entry) {
  if (failure_) {
    ++lost_;
    return fail(*failure_);
  }
  append_entry(buffer_, entry);
  ++buffered_;
  if (buffer_.size() < options_.buffer_bytes) return {};
  return flush();
}

Status JournalWriter::flush() {
  if (failure_) return fail(*failure_);
  if (buffer_.empty()) return {};
  if (file_.size_bytes() > 0 && file_.size_bytes() + buffer_.size() > options_.segment_bytes) {
    if (auto closed = file_.sync(); !closed) return fail_for_good(std::move(closed.error()));
    if (auto opened = open_segment(); !opened) return fail_for_good(std::move(opened.error()));
  }
  if (auto done = file_.write(buffer_); !done) return fail_for_good(std::move(done.error()));
  written_ += std::exchange(buffered_, 0);
  buffer_.clear();
  return {};
}

Status JournalWriter::close() {
  FL_CHECK_OK(flush());
  if (!file_.is_open()) return {};
  FL_CHECK_OK(file_.sync());
  return file_.close();
}

}  // namespace faultline::record

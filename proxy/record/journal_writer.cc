// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/journal.h"
#include "proxy/record/journal_names.h"

#include <cerrno>
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

void append_fields(LineBuffer& out, const std::vector<redaction::RedactedMessage::Field>& fields) {
  out.append("[");
  bool is_first = true;
  for (const auto& field : fields) {
    if (!std::exchange(is_first, false)) out.append(",");
    out.append("[");
    out.append_quoted(field.name);
    out.append(",");
    out.append_quoted(field.value);
    out.append("]");
  }
  out.append("]");
}

void append_message(LineBuffer& out, const redaction::RedactedMessage& message) {
  if (message.direction() == Direction::Request) {
    out.append(R"({"method":)");
    out.append_quoted(message.method());
    out.append(R"(,"target":)");
    out.append_quoted(message.target());
  } else {
    out.append(R"({"status":)");
    out.append_number(message.status());
  }
  out.append(R"(,"version":)");
  out.append_quoted(message.version());
  out.append(R"(,"fields":)");
  append_fields(out, message.fields());
  if (!message.trailers().empty()) {
    out.append(R"(,"trailers":)");
    append_fields(out, message.trailers());
  }
  if (!message.body().empty()) {
    out.append(R"(,"body":)");
    out.append_quoted(message.body());
  }
  out.append(R"(,"body_bytes":)");
  out.append_number(message.original_body_bytes());
  out.append(R"(,"body_state":")");
  out.append(kBodyStateNames[static_cast<size_t>(message.body_state())]);
  out.append(R"(","body_outcome":")");
  out.append(kBodyOutcomeNames[static_cast<size_t>(message.body_outcome())]);
  out.append("\"");
  if (!message.drop_reason().empty()) {
    out.append(R"(,"drop_reason":)");
    out.append_quoted(message.drop_reason());
  }
  if (!message.decoded_from().empty()) {
    out.append(R"(,"decoded":)");
    out.append_quoted(message.decoded_from());
  }
  out.append("}");
}

void append_faults(LineBuffer& out, const std::vector<JournalFault>& faults) {
  out.append("[");
  bool is_first = true;
  for (const auto& fault : faults) {
    if (!std::exchange(is_first, false)) out.append(",");
    out.append(R"({"event":)");
    out.append_number(fault.event);
    out.append(R"(,"rule":)");
    out.append_quoted(fault.rule);
    out.append(R"(,"fault":)");
    out.append_quoted(fault.fault);
    out.append(R"(,"side":")");
    out.append(direction_name(fault.side));
    out.append("\"");
    if (!fault.action.empty()) {
      out.append(R"(,"action":)");
      out.append_quoted(fault.action);
    }
    if (!fault.pointer.view().empty()) {
      out.append(R"(,"pointer":)");
      out.append_quoted(fault.pointer.view());
    }
    out.append("}");
  }
  out.append("]");
}

void append_entry(LineBuffer& out, const JournalEntry& entry) {
  out.append(R"({"v":1,"id":")");
  out.append_escaped(entry.listener);
  out.append("/");
  out.append_number(entry.id.connection);
  out.append("/");
  out.append_number(entry.id.exchange);
  out.append(R"(","t_ns":)");
  out.append_number(entry.t_ns);
  out.append(R"(,"listener":)");
  out.append_quoted(entry.listener);
  out.append(R"(,"request":)");
  append_message(out, entry.request);
  out.append(R"(,"response":)");
  if (entry.response) {
    append_message(out, *entry.response);
  } else {
    out.append("null");
  }
  out.append(R"(,"faults":)");
  append_faults(out, entry.faults);
  out.append(R"(,"outcome":")");
  out.append(outcome_name(entry.outcome));
  out.append("\"}");
}

}  // namespace

JournalWriter::JournalWriter(std::string folder, const Options& options, AppendFile first)
    : folder_(std::move(folder)),
      lines_(std::move(first), {.buffer_bytes = options.buffer_bytes,
                                .next_file = [this] { return next_segment(); },
                                .file_bytes_max = options.segment_bytes}) {}

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(std::string folder) {
  return open(std::move(folder), Options{});
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(std::string folder,
                                                           const Options& options) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) {
    return fail(io_error("make folder", folder, errno));
  }
  FL_TRY(auto first, AppendFile::create(folder + "/" + segment_file_name(1)));
  return std::unique_ptr<JournalWriter>(
      new JournalWriter(std::move(folder), options, std::move(first)));
}

Result<AppendFile> JournalWriter::next_segment() {
  FL_TRY(auto segment, AppendFile::create(folder_ + "/" + segment_file_name(segment_ + 1)));
  ++segment_;
  return segment;
}

Status JournalWriter::append(const JournalEntry& entry) {
  append_entry(lines_.line(), entry);
  return lines_.end_line();
}

}  // namespace faultline::record

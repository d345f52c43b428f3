// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/access_log.h"

#include "proxy/json/writer.h"

#include <string>

// access.jsonl: JSON Lines, one exchange each, ended by "\n"; members in this order, all always
// there.
//
//   t_ns            when it began, nanoseconds since the run began
//   id              "<listener>/<connection>/<exchange>", as in the journal
//   listener        name in the configuration
//   client          address without port, redacted; loopback addresses stay
//   method, target  redacted
//   status          of the answer; null when the client got none
//   outcome         names of record::outcome_name()
//   request_bytes   content of the body, without transfer coding
//   response_bytes
//   duration_ns     from the request's head to the last byte of the answer
//   added_ns        of it, what faultline itself cost
//   upstream        "host:port", redacted; null when nothing was sent upstream
//   faults          [rule, ..] whose fault touched it

namespace faultline::record {
namespace {

std::string line_of(const AccessEntry& entry) {
  json::Writer writer;
  writer.begin_object().member("t_ns", entry.t_ns);
  writer.member("id", exchange_name(entry.listener, entry.id)).member("listener", entry.listener);
  writer.member("client", entry.client.view());
  writer.member("method", entry.request.method()).member("target", entry.request.target());
  writer.key("status");
  if (entry.status == 0) {
    writer.null();
  } else {
    writer.value(entry.status);
  }
  writer.member("outcome", outcome_name(entry.outcome));
  writer.member("request_bytes", entry.request_bytes);
  writer.member("response_bytes", entry.response_bytes);
  writer.member("duration_ns", entry.duration.count()).member("added_ns", entry.added.count());
  writer.key("upstream");
  if (entry.upstream.view().empty()) {
    writer.null();
  } else {
    writer.value(entry.upstream.view());
  }
  writer.key("faults").begin_array();
  for (const std::string_view rule : entry.faults) writer.value(rule);
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace

Status AccessLogWriter::append(const AccessEntry& entry) { return lines_.append(line_of(entry)); }

}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/trace_log.h"

#include "proxy/base/hash.h"
#include "proxy/base/uri.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <array>
#include <utility>

// traces.jsonl: JSON Lines, one TracesData of OpenTelemetry each, ended by "\n" (OTLP file
// exporter: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/). In the JSON encoding
// of OTLP ids are hex, 64-bit numbers are texts of decimal digits, enumerators are numbers, and
// members without a value are left out.
//
//   resourceSpans[0]
//     resource.attributes      service.name, service.version, faultline.run.id
//     scopeSpans[0]
//       scope                  {name, version}
//       spans                  of one exchange: the server span, then the client span when there
//                              was something for the upstream
//
// A span:
//   traceId, spanId, parentSpanId (of the server span: the client's; none: left out)
//   flags                      bits 0-7 of the trace; 0x100: the next bit is known; 0x200: the
//                              parent is another process's
//   name, kind (2 server, 3 client), startTimeUnixNano, endTimeUnixNano
//   attributes                 semantic conventions of HTTP, and faultline.*
//   events                     of the server span: "faultline.fault" for each fault, in order
//   status                     {code: 2} for a failure; otherwise left out

namespace faultline::record {
namespace {

constexpr int kServer = 2;
constexpr int kClient = 3;
constexpr int kStatusError = 2;
constexpr uint32_t kHasIsRemote = 0x100;
constexpr uint32_t kIsRemote = 0x200;
constexpr std::string_view kScope = "faultline";

// What the conventions call known: RFC 9110 and PATCH.
constexpr std::array<std::string_view, 9> kKnownMethods = {
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"};

bool is_known_method(std::string_view method) {
  return std::find(kKnownMethods.begin(), kKnownMethods.end(), method) != kKnownMethods.end();
}

void write_text(json::Writer& writer, std::string_view key, std::string_view text) {
  writer.begin_object().member("key", key).key("value");
  writer.begin_object().member("stringValue", text).end_object().end_object();
}

template <typename Number>
void write_number(json::Writer& writer, std::string_view key, Number number) {
  writer.begin_object().member("key", key).key("value");
  writer.begin_object().member("intValue", std::to_string(number)).end_object().end_object();
}

void write_times(json::Writer& writer, WallTime began, WallTime ended) {
  writer.member("startTimeUnixNano", std::to_string(began.ns));
  writer.member("endTimeUnixNano", std::to_string(std::max(began, ended).ns));
}

// The path template of "GET /orders/{id}".
std::string_view route_of(std::string_view operation) {
  const size_t space = operation.find(' ');
  return space == std::string_view::npos ? std::string_view() : operation.substr(space + 1);
}

std::string name_of(const TraceEntry& entry) {
  const std::string& method = entry.request.method();
  std::string name = is_known_method(method) ? method : "HTTP";
  if (const auto route = route_of(entry.operation); !route.empty()) name.append(" ").append(route);
  return name;
}

// Why the answer to the client is a failure of this server; empty: it is none.
std::string server_error(const TraceEntry& entry) {
  if (entry.status >= 500) return std::to_string(entry.status);
  if (entry.outcome == Outcome::Completed) return {};
  // A fault that answers 404 has made an answer, not a failure.
  if (entry.outcome == Outcome::Injected && entry.status != 0) return {};
  return std::string(outcome_name(entry.outcome));
}

// The same for the upstream's. What a fault did behind it is not its failure.
std::string client_error(const TraceEntry& entry) {
  if (entry.call->status >= 400) return std::to_string(entry.call->status);
  if (entry.outcome == Outcome::Completed || entry.outcome == Outcome::Injected) return {};
  return std::string(outcome_name(entry.outcome));
}

void write_method(json::Writer& writer, const std::string& method) {
  if (is_known_method(method)) {
    write_text(writer, "http.request.method", method);
    return;
  }
  write_text(writer, "http.request.method", "_OTHER");
  write_text(writer, "http.request.method_original", method);
}

void write_version(json::Writer& writer, const std::string& version) {
  const size_t slash = version.find('/');
  if (slash == std::string::npos) return;
  write_text(writer, "network.protocol.version", std::string_view(version).substr(slash + 1));
}

void write_outcome(json::Writer& writer, int status, const std::string& error) {
  if (status != 0) write_number(writer, "http.response.status_code", status);
  if (!error.empty()) write_text(writer, "error.type", error);
}

void end_attributes(json::Writer& writer, const std::string& error) {
  writer.end_array();
  if (!error.empty()) writer.key("status").begin_object().member("code", kStatusError).end_object();
}

void write_url(json::Writer& writer, const TraceEntry& entry) {
  if (entry.request.method() == "CONNECT") return;  // its target is no URL
  const TargetParts parts = split_target(entry.request.target());
  write_text(writer, "url.scheme", "http");
  write_text(writer, "url.path", parts.path);
  if (parts.has_query) write_text(writer, "url.query", parts.query);
}

void write_fault(json::Writer& writer, const TraceFault& fault, uint64_t seed) {
  writer.begin_object().member("timeUnixNano", std::to_string(fault.at.ns));
  writer.member("name", "faultline.fault").key("attributes").begin_array();
  write_text(writer, "faultline.fault.rule", fault.rule);
  write_text(writer, "faultline.fault.kind", fault.fault);
  write_text(writer, "faultline.fault.direction", direction_name(fault.direction));
  write_text(writer, "faultline.fault.action", fault.action);
  if (fault.delay_ns != 0) write_number(writer, "faultline.fault.delay_ns", fault.delay_ns);
  write_number(writer, "faultline.fault.event", fault.event);
  // A text: an attribute's number has a sign, and a seed may need the bit.
  write_text(writer, "faultline.seed", std::to_string(seed));
  writer.end_array().end_object();
}

void write_server_span(json::Writer& writer, const TraceEntry& entry, uint64_t seed) {
  const std::string& parent = entry.parent.view();
  const std::string error = server_error(entry);
  writer.begin_object().member("traceId", entry.trace.view());
  writer.member("spanId", hex64(entry.ids.server));
  if (!parent.empty()) writer.member("parentSpanId", parent);
  writer.member("flags", entry.flags | kHasIsRemote | (parent.empty() ? 0 : kIsRemote));
  writer.member("name", name_of(entry)).member("kind", kServer);
  write_times(writer, entry.began, entry.ended);
  writer.key("attributes").begin_array();
  write_method(writer, entry.request.method());
  if (const auto route = route_of(entry.operation); !route.empty()) {
    write_text(writer, "http.route", route);
  }
  write_url(writer, entry);
  write_version(writer, entry.request.version());
  if (!entry.client.view().empty()) write_text(writer, "client.address", entry.client.view());
  write_outcome(writer, entry.status, error);
  write_number(writer, "http.request.body.size", entry.request_bytes);
  write_number(writer, "http.response.body.size", entry.response_bytes);
  write_text(writer, "faultline.listener", entry.listener);
  write_text(writer, "faultline.exchange", exchange_name(entry.listener, entry.id));
  write_text(writer, "faultline.outcome", outcome_name(entry.outcome));
  end_attributes(writer, error);
  if (!entry.faults.empty()) {
    writer.key("events").begin_array();
    for (const TraceFault& fault : entry.faults) write_fault(writer, fault, seed);
    writer.end_array();
  }
  writer.end_object();
}

std::string url_of(const TraceCall& call, const std::string& target) {
  if (target.find("://") != std::string::npos && target.front() != '/') return target;
  return "http://" + call.address.view() + (target == "*" ? "" : target);
}

void write_client_span(json::Writer& writer, const TraceEntry& entry) {
  const TraceCall& call = *entry.call;
  const std::string error = client_error(entry);
  writer.begin_object().member("traceId", entry.trace.view());
  writer.member("spanId", hex64(entry.ids.client));
  writer.member("parentSpanId", hex64(entry.ids.server));
  writer.member("flags", entry.flags | kHasIsRemote);
  writer.member("name", name_of(entry)).member("kind", kClient);
  write_times(writer, call.began, call.ended);
  writer.key("attributes").begin_array();
  write_method(writer, entry.request.method());
  if (const auto address = parse_host_port(call.address.view())) {
    write_text(writer, "server.address", address->host);
    write_number(writer, "server.port", address->port);
  } else {
    write_text(writer, "server.address", call.address.view());
  }
  write_text(writer, "url.full", url_of(call, entry.request.target()));
  write_version(writer, entry.request.version());
  write_outcome(writer, call.status, error);
  end_attributes(writer, error);
  writer.end_object();
}

std::string resource_of(const TraceWriter::Run& run) {
  json::Writer writer;
  writer.begin_object().key("attributes").begin_array();
  write_text(writer, "service.name", "faultline");
  write_text(writer, "service.version", run.version);
  write_text(writer, "faultline.run.id", run.id);
  writer.end_array().end_object();
  return writer.take();
}

}  // namespace

TraceWriter::TraceWriter(AppendFile file, Run run)
    : lines_(std::move(file)), run_(std::move(run)), resource_(resource_of(run_)) {}

Status TraceWriter::append(const TraceEntry& entry) {
  json::Writer writer;
  writer.begin_object().key("resourceSpans").begin_array().begin_object();
  writer.key("resource").raw(resource_);
  writer.key("scopeSpans").begin_array().begin_object();
  writer.key("scope").begin_object().member("name", kScope);
  writer.member("version", run_.version).end_object();
  writer.key("spans").begin_array();
  write_server_span(writer, entry, run_.seed);
  if (entry.call) write_client_span(writer, entry);
  writer.end_array().end_object().end_array().end_object().end_array().end_object();
  return lines_.append(writer.text());
}

}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/http/response_corpus.h"

namespace faultline::http::corpus {
namespace {

using std::string_literals::operator""s;

const std::string kChunked = "5\r\nhello\r\n0\r\n\r\n";
const std::string kSurplus = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad";

std::string ok(const std::string& fields, const std::string& body = "") {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + body;
}

std::string with_line(const std::string& line) { return line + "\r\nContent-Length: 0\r\n\r\n"; }

ResponseCase refuse(std::string name, std::string bytes, std::string reason) {
  return {.name = std::move(name),
          .bytes = std::move(bytes),
          .is_refused = true,
          .reason = std::move(reason)};
}

ResponseCase cut_short(std::string name, std::string bytes) {
  return {.name = std::move(name), .bytes = std::move(bytes), .is_cut_short = true};
}

void add_framing(std::vector<ResponseCase>& cases) {
  const auto bad = [&cases](std::string name, std::string bytes, std::string reason) {
    cases.push_back(refuse(std::move(name), std::move(bytes), std::move(reason)));
  };
  const std::string te = "Transfer-Encoding: chunked\r\n";
  const std::string both = "content_length_with_transfer_encoding";
  const std::string cl = "invalid_content_length";
  const std::string invalid_te = "invalid_transfer_encoding";
  bad("cl+te", ok("Content-Length: 4\r\n" + te, kChunked), both);
  bad("te+cl", ok(te + "Content-Length: 4\r\n", kChunked), both);
  bad("dup-cl-diff", ok("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"),
      "duplicate_content_length");
  bad("dup-cl-same", ok("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
      "duplicate_content_length");
  bad("cl-list", ok("Content-Length: 5, 5\r\n", "hello"), cl);
  bad("cl-plus", ok("Content-Length: +5\r\n", "hello"), cl);
  bad("cl-neg", ok("Content-Length: -5\r\n", "hello"), cl);
  bad("cl-hex", ok("Content-Length: 0x5\r\n", "hello"), cl);
  bad("cl-empty", ok("Content-Length:\r\n"), cl);
  bad("cl-2^63", ok("Content-Length: 9223372036854775808\r\n"), cl);
  bad("te-identity", ok("Transfer-Encoding: identity\r\n", "hello"), invalid_te);
  bad("te-empty", ok("Transfer-Encoding:\r\n", "hello"), invalid_te);
  bad("te-params", ok("Transfer-Encoding: chunked;x=y\r\n", kChunked), invalid_te);
  bad("te-xchunked", ok("Transfer-Encoding: xchunked\r\n", "hello"),
      "unsupported_transfer_encoding");
  bad("te-gzip-chunked", ok("Transfer-Encoding: gzip, chunked\r\n", kChunked),
      "unsupported_transfer_encoding");
  bad("te-twice", ok(te + te, kChunked), "duplicate_transfer_encoding");
  bad("te-underscore", ok("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "hello"),
      "underscore_twin");
  bad("te-http10", "HTTP/1.0 200 OK\r\n" + te + "\r\n" + kChunked, "transfer_encoding_in_http10");
  bad("chunk-lf-size", ok(te, "5\nhello\r\n0\r\n\r\n"), "invalid_chunk_size");
  bad("chunk-plus", ok(te, "+5\r\nhello\r\n0\r\n\r\n"), "invalid_chunk_size");
  bad("chunk-spill", ok(te, "5\r\nhelloX\r\n0\r\n\r\n"), "invalid_chunk_end");
  bad("chunk-ext-64k", ok(te, "5;a=" + std::string(65536, 'b') + "\r\nhello\r\n0\r\n\r\n"),
      "chunk_extensions_too_large");
  bad("trailer-te", ok(te, "0\r\n" + te + "\r\n"), "framing_field_in_trailer");
}

void add_syntax(std::vector<ResponseCase>& cases) {
  const auto bad = [&cases](std::string name, std::string bytes, std::string reason) {
    cases.push_back(refuse(std::move(name), std::move(bytes), std::move(reason)));
  };
  const std::string line = "invalid_status_line";
  bad("obs-fold", ok("XA: b\r\n c\r\n"), "invalid_field");
  bad("bare-lf", ok("XA: b\n"), "invalid_line_end");
  bad("bare-cr", ok("XA: b\rXB: c\r\n"), "invalid_line_end");
  bad("cr-cr-line", "HTTP/1.1 200 OK\r\rContent-Length: 4\r\n\r\nabcd", line);
  bad("lf-line", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", line);
  bad("nul-field", ok("XA: b\0c\r\n"s), "invalid_field");
  bad("ctl-field",
      ok("XA: b\x01"
         "c\r\n"),
      "invalid_field");
  bad("nul-reason", with_line("HTTP/1.1 200 O\0K"s), line);
  bad("ctl-reason", with_line("HTTP/1.1 200 O\x1BK"), line);
  bad("status-000", with_line("HTTP/1.1 000 No"), line);
  bad("status-600", with_line("HTTP/1.1 600 No"), line);
  bad("status-99", with_line("HTTP/1.1 99 No"), line);
  bad("status-1000", with_line("HTTP/1.1 1000 No"), line);
  bad("status-2sp", with_line("HTTP/1.1  200 OK"), line);
  bad("version-0.9", with_line("HTTP/0.9 200 OK"), "unsupported_version");
  bad("version-2.0", with_line("HTTP/2.0 200 OK"), "unsupported_version");
  bad("version-0.1-nul", with_line("HTTP/0.1 200 O\0K"s), line);
  bad("version-1.2", with_line("HTTP/1.2 200 OK"), "unsupported_version");
  bad("icy", with_line("ICY 200 OK"), line);
  bad("rtsp", with_line("RTSP/1.0 200 OK"), line);
  bad("leading-crlf", "\r\n" + ok("Content-Length: 0\r\n"), line);
  bad("no-http", "hello\r\n", line);
  bad("switch-unasked",
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
      "Upgrade: websocket\r\n\r\n",
      "unexpected_switching_protocols");
  bad("conn-names-cl", ok("Connection: content-length\r\nContent-Length: 5\r\n", "hello"),
      "connection_names_framing");
  bad("endless-field", ok("XA: " + std::string(70000, 'b') + "\r\n"), "head_too_large");
  bad("endless-line", "HTTP/1.1 200 " + std::string(70000, 'b'), "start_line_too_long");
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "X: v\r\n";
  bad("fields-10000", ok(many), "too_many_fields");
}

void add_interim_and_bodiless(std::vector<ResponseCase>& cases) {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  cases.push_back(
      {.name = "interim",
       .bytes = "HTTP/1.1 100 Continue\r\n\r\n" + interim + ok("Content-Length: 5\r\n", "hello")});
  cases.push_back({.name = "interim-framing",
                   .bytes = "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n" +
                            ok("Content-Length: 0\r\n"),
                   .forwarded = "HTTP/1.1 103 Early Hints\r\n\r\n" + ok("Content-Length: 0\r\n")});
  cases.push_back({.name = "204-cl",
                   .bytes = "HTTP/1.1 204 No Content\r\nX: y\r\nContent-Length: 5\r\n\r\n",
                   .forwarded = "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n"});
  cases.push_back(
      {.name = "204-te",
       .bytes = "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       .forwarded = "HTTP/1.1 204 No Content\r\n\r\n",
       .rest = "0\r\n\r\n"});
  cases.push_back(
      {.name = "304-cl", .bytes = "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"});
  cases.push_back(
      {.name = "head-cl", .bytes = ok("Content-Length: 5\r\n"), .is_head_request = true});
  cases.push_back(
      {.name = "head-te", .bytes = ok("Transfer-Encoding: chunked\r\n"), .is_head_request = true});
  cases.push_back({.name = "head-no-framing", .bytes = ok("X: y\r\n"), .is_head_request = true});
  cases.push_back({.name = "head-with-body",
                   .bytes = ok("Content-Length: 5\r\n", "hello"),
                   .forwarded = ok("Content-Length: 5\r\n"),
                   .is_head_request = true,
                   .rest = "hello"});
  cases.push_back({.name = "switch",
                   .bytes = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                            "Upgrade: websocket\r\n\r\n\x81\x05hello",
                   .forwarded = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                                "Upgrade: websocket\r\n\r\n",
                   .is_upgrade_request = true,
                   .rest = "\x81\x05hello"});
  cases.push_back({.name = "switch-refused",
                   .bytes = ok("Content-Length: 5\r\n", "hello"),
                   .is_upgrade_request = true});
}

}  // namespace

std::vector<ResponseCase> valid_responses() {
  std::vector<ResponseCase> cases;
  const std::string te = "Transfer-Encoding: chunked\r\n";
  cases.push_back({.name = "length", .bytes = ok("Content-Length: 5\r\n", "hello")});
  cases.push_back({.name = "length-zero", .bytes = ok("Content-Length: 0\r\n")});
  cases.push_back({.name = "chunked", .bytes = ok(te, kChunked)});
  cases.push_back(
      {.name = "chunked-trailers", .bytes = ok(te, "5\r\nhello\r\n0\r\nGrpc-Status: 0\r\n\r\n")});
  cases.push_back({.name = "chunked-ext-zeros",
                   .bytes = ok(te, "05;a=b\r\nhello\r\n00\r\n\r\n"),
                   .forwarded = ok(te, kChunked)});
  cases.push_back({.name = "until-close", .bytes = ok("X: y\r\n", "hello")});
  cases.push_back({.name = "until-close-empty", .bytes = ok("X: y\r\n")});
  cases.push_back({.name = "http10-until-close", .bytes = "HTTP/1.0 200 OK\r\n\r\nhello"});
  cases.push_back({.name = "http10-keep-alive",
                   .bytes = "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
                            "Content-Length: 5\r\n\r\nhello"});
  cases.push_back({.name = "no-reason", .bytes = with_line("HTTP/1.1 200 ")});
  cases.push_back({.name = "no-reason-no-space", .bytes = with_line("HTTP/1.1 200")});
  cases.push_back({.name = "odd-reason", .bytes = with_line("HTTP/1.1 599 a\tb \xE9")});
  cases.push_back({.name = "cl-leading-zeros",
                   .bytes = ok("content-length: 0005\r\n", "hello"),
                   .forwarded = ok("content-length: 5\r\n", "hello")});
  cases.push_back({.name = "surplus",
                   .bytes = ok("Content-Length: 5\r\n", "hello") + kSurplus,
                   .forwarded = ok("Content-Length: 5\r\n", "hello"),
                   .rest = kSurplus});
  cases.push_back({.name = "surplus-after-close",
                   .bytes = ok("Connection: close\r\nContent-Length: 0\r\n") + kSurplus,
                   .forwarded = ok("Connection: close\r\nContent-Length: 0\r\n"),
                   .rest = kSurplus});
  add_interim_and_bodiless(cases);
  cases.push_back(cut_short("cut-line", "HTTP/1.1 200"));
  cases.push_back(cut_short("cut-head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"));
  cases.push_back(cut_short("cut-length", ok("Content-Length: 5\r\n", "hell")));
  cases.push_back(cut_short("cut-chunk", ok(te, "5\r\nhel")));
  cases.push_back(cut_short("cut-last-chunk", ok(te, "5\r\nhello\r\n0\r\n")));
  for (ResponseCase& c : cases) {
    if (c.name == "cut-line" || c.name == "cut-head") c.forwarded = "-";
  }
  return cases;
}

std::vector<ResponseCase> hostile_responses() {
  std::vector<ResponseCase> cases;
  add_framing(cases);
  add_syntax(cases);
  return cases;
}

}  // namespace faultline::http::corpus

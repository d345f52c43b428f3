// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/http/request_corpus.h"

namespace faultline::http::corpus {
namespace {

using std::string_literals::operator""s;

const std::string kChunked = "5\r\nhello\r\n0\r\n\r\n";
const std::string kEmptyChunked = "0\r\n\r\n";

// `POST / HTTP/1.1`, Host, the given field lines, the empty line, the body.
std::string post(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n" + body;
}

std::string get(const std::string& fields = "", const std::string& body = "") {
  return "GET / HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n" + body;
}

// A request line of one's own before `Host: a.test`.
std::string with_line(const std::string& line) { return line + "\r\nHost: a.test\r\n\r\n"; }

std::string chunked(const std::string& body) {
  return post("Transfer-Encoding: chunked\r\n", body);
}

RequestCase pass(std::string name, std::string bytes, std::string forwarded = "",
                 int messages = 1) {
  return {std::move(name), std::move(bytes), 0, "", std::move(forwarded), messages};
}

RequestCase refuse(std::string name, std::string bytes, int status, std::string reason) {
  return {std::move(name), std::move(bytes), status, std::move(reason), "", 0};
}

void add_content_length(std::vector<RequestCase>& cases) {
  const std::string te = "Transfer-Encoding: chunked\r\n";
  const std::string both = "content_length_with_transfer_encoding";
  const auto add = [&cases](std::string name, const std::string& value, const std::string& body) {
    cases.push_back(refuse(std::move(name), post("Content-Length: " + value + "\r\n", body), 400,
                           "invalid_content_length"));
  };
  cases.push_back(refuse("cl+te", post("Content-Length: 4\r\n" + te, kChunked), 400, both));
  cases.push_back(refuse("te+cl", post(te + "Content-Length: 4\r\n", kChunked), 400, both));
  cases.push_back(refuse("dup-cl-diff",
                         post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!"), 400,
                         "duplicate_content_length"));
  cases.push_back(refuse("dup-cl-same", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
                         400, "duplicate_content_length"));
  add("cl-list-same", "5, 5", "hello");
  add("cl-plus", "+5", "hello");
  add("cl-hex", "0x5", "hello");
  add("cl-neg", "-5", "hello");
  add("cl-empty", "", "");
  add("cl-overflow", "18446744073709551621", "hello");
  add("cl-space-in", "5 5", "hello");
}

void add_transfer_encoding(std::vector<RequestCase>& cases) {
  const auto add = [&cases](std::string name, const std::string& value, const std::string& body,
                            int status, std::string reason) {
    cases.push_back(refuse(std::move(name), post("Transfer-Encoding: " + value + "\r\n", body),
                           status, std::move(reason)));
  };
  const std::string invalid = "invalid_transfer_encoding";
  add("te-identity", "identity", "", 400, invalid);
  add("te-chunked-identity", "chunked, identity", kEmptyChunked, 400, invalid);
  add("te-gzip-chunked", "gzip, chunked", kEmptyChunked, 501, "unsupported_transfer_encoding");
  add("te-double-chunked", "chunked, chunked", kEmptyChunked, 400, invalid);
  add("te-dup-header", "chunked\r\nTransfer-Encoding: chunked", kEmptyChunked, 400,
      "duplicate_transfer_encoding");
  cases.push_back(refuse("te-xchunked+cl",
                         post("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "hello"), 400,
                         "content_length_with_transfer_encoding"));
  add("te-leading-comma", ",chunked", kEmptyChunked, 400, invalid);
  cases.push_back(refuse("te-vtab",
                         post("Transfer-Encoding:\x0B"
                              "chunked\r\n",
                              kEmptyChunked),
                         400, "invalid_field"));
  cases.push_back(refuse("te-sp-colon", post("Transfer-Encoding : chunked\r\n", kEmptyChunked), 400,
                         "invalid_field"));
  cases.push_back(refuse("te-underscore",
                         post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "hello"), 400,
                         "underscore_twin"));
  cases.push_back(refuse(
      "te-http10",
      "POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" + kEmptyChunked, 400,
      "transfer_encoding_in_http10"));
  add("te-params", "chunked;a=b", kEmptyChunked, 400, invalid);
}

void add_field_syntax(std::vector<RequestCase>& cases) {
  const auto add = [&cases](std::string name, std::string bytes, std::string reason) {
    cases.push_back(refuse(std::move(name), std::move(bytes), 400, std::move(reason)));
  };
  add("obs-fold", get("XA: b\r\n c\r\n"), "invalid_field");
  add("obs-fold-te", post("Transfer-Encoding:\r\n chunked\r\n", kEmptyChunked), "invalid_field");
  add("bare-lf-header", get("XA: b\n"), "invalid_line_end");
  add("bare-lf-all", "GET / HTTP/1.1\nHost: a.test\n\n", "invalid_request_line");
  add("bare-cr-header", get("XA: b\rXB: c\r\n"), "invalid_line_end");
  add("nul-value", get("XA: b\0c\r\n"s), "invalid_field");
  add("ctl-value",
      get("XA: b\x01"
          "c\r\n"),
      "invalid_field");
  add("nul-name", get("X\0A: b\r\n"s), "invalid_field");
  add("empty-name", get(": b\r\n"), "invalid_field");
  add("no-colon", get("XA\r\n"), "invalid_field");
  add("sp-first-header", "GET / HTTP/1.1\r\n Host: a.test\r\n\r\n", "invalid_field");
}

void add_host_and_line(std::vector<RequestCase>& cases) {
  const std::string line = "invalid_request_line";
  cases.push_back(refuse("no-host", "GET / HTTP/1.1\r\n\r\n", 400, "missing_host"));
  cases.push_back(refuse("dup-host", get("Host: b.test\r\n"), 400, "duplicate_host"));
  cases.push_back(
      refuse("host-userinfo", "GET / HTTP/1.1\r\nHost: u@a.test\r\n\r\n", 400, "invalid_host"));
  cases.push_back(refuse("http09", "GET /\r\n", 400, line));
  cases.push_back(refuse("http12", with_line("GET / HTTP/1.2"), 505, "unsupported_version"));
  cases.push_back(refuse("http20-line", with_line("GET / HTTP/2.0"), 505, "unsupported_version"));
  cases.push_back(refuse("rtsp", with_line("OPTIONS / RTSP/1.0"), 400, line));
  cases.push_back(refuse("tab-reqline", with_line("GET\t/\tHTTP/1.1"), 400, line));
  cases.push_back(refuse("2sp-reqline", with_line("GET  / HTTP/1.1"), 400, line));
  cases.push_back(refuse("lowercase-http", with_line("GET / http/1.1"), 400, line));
  cases.push_back(refuse("nul-uri", with_line("GET /\0 HTTP/1.1"s), 400, line));
  cases.push_back(refuse("8bit-uri", with_line("GET /\xFF HTTP/1.1"), 400, "invalid_target"));
  cases.push_back(refuse("frag-uri", with_line("GET /a#b HTTP/1.1"), 400, "invalid_target"));
  cases.push_back(refuse("unknown-method", with_line("FOO / HTTP/1.1"), 501, "unknown_method"));
}

void add_chunks(std::vector<RequestCase>& cases) {
  const auto add = [&cases](std::string name, const std::string& body, std::string reason) {
    cases.push_back(refuse(std::move(name), chunked(body), 400, std::move(reason)));
  };
  const std::string size = "invalid_chunk_size";
  add("chunk-lf-size", "5\nhello\r\n" + kEmptyChunked, size);
  add("chunk-lf-data", "5\r\nhello\n" + kEmptyChunked, "invalid_chunk_end");
  add("chunk-0x", "0x5\r\nhello\r\n" + kEmptyChunked, size);
  add("chunk-plus", "+5\r\nhello\r\n" + kEmptyChunked, size);
  add("chunk-lead-sp", " 5\r\nhello\r\n" + kEmptyChunked, size);
  add("chunk-trail-sp", "5 \r\nhello\r\n" + kEmptyChunked, size);
  add("chunk-overflow", std::string(17, 'f') + "\r\nhello\r\n" + kEmptyChunked, size);
  add("chunk-ext-lf", "5;a=b\nhello\r\n" + kEmptyChunked, "invalid_chunk_extension");
  add("chunk-ext-nul", "5;a=\0\r\nhello\r\n"s + kEmptyChunked, "invalid_chunk_extension");
  add("chunk-ext-64k", "5;a=" + std::string(65536, 'b') + "\r\nhello\r\n" + kEmptyChunked,
      "chunk_extensions_too_large");
  add("chunk-spill", "5\r\nhelloX\r\n" + kEmptyChunked, "invalid_chunk_end");
  add("chunk-empty-size", "\r\nhello\r\n" + kEmptyChunked, size);
  add("trailer-cl", "0\r\nContent-Length: 5\r\n\r\n", "framing_field_in_trailer");
  add("trailer-te", "0\r\nTransfer-Encoding: chunked\r\n\r\n", "framing_field_in_trailer");
}

void add_connection_and_sizes(std::vector<RequestCase>& cases) {
  cases.push_back(
      refuse("upgrade-cl",
             post("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n", "hello"),
             400, "upgrade_with_body"));
  cases.push_back(refuse(
      "connect-cl", "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello",
      400, "connect_with_body"));
  cases.push_back(refuse("conn-names-cl",
                         post("Connection: Content-Length\r\nContent-Length: 5\r\n", "hello"), 400,
                         "connection_names_framing"));
  cases.push_back(refuse("expect-unknown", post("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello"),
                         417, "unknown_expectation"));
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X" + std::to_string(i) + ": v\r\n";
  cases.push_back(refuse("hdr-200", get(many), 431, "too_many_fields"));
  cases.push_back(
      refuse("hdr-64k", get("XA: " + std::string(65536, 'b') + "\r\n"), 431, "head_too_large"));
  cases.push_back(refuse("uri-64k", with_line("GET /" + std::string(65536, 'a') + " HTTP/1.1"), 414,
                         "start_line_too_long"));
  cases.push_back(refuse("h2-preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"s, 400,
                         "http2_preface"));
}

void add_further_requests(std::vector<RequestCase>& cases) {
  const auto bad = [&cases](std::string name, std::string bytes, std::string reason,
                            int status = 400) {
    cases.push_back(refuse(std::move(name), std::move(bytes), status, std::move(reason)));
  };
  const std::string line = "invalid_request_line";
  const std::string invalid_te = "invalid_transfer_encoding";
  bad("nel-name", get("XA\x85: b\r\n"), "invalid_field");
  bad("nbsp-name", get("\xA0XA: b\r\n"), "invalid_field");
  bad("nel-before-te-value",
      post("Transfer-Encoding: \x85"
           "chunked\r\n",
           kEmptyChunked),
      invalid_te);
  bad("nbsp-in-te-value", post("Transfer-Encoding: chun\xA0ked\r\n", kEmptyChunked), invalid_te);
  bad("te-empty", post("Transfer-Encoding: \r\n"), invalid_te);
  bad("te-empty+cl", post("Transfer-Encoding:\r\nContent-Length: 5\r\n", "hello"),
      "content_length_with_transfer_encoding");
  bad("te-gzip+te-chunked",
      post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", kEmptyChunked),
      "duplicate_transfer_encoding");
  bad("te-identity+te-chunked",
      post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", kEmptyChunked),
      "duplicate_transfer_encoding");
  bad("te-unknown", post("Transfer-Encoding: brotli\r\n"), "unsupported_transfer_encoding", 501);
  bad("cl-empty+cl", post("Content-Length:\r\nContent-Length: 5\r\n", "hello"),
      "invalid_content_length");
  bad("cl-2^63", post("Content-Length: 9223372036854775808\r\n"), "invalid_content_length");
  bad("cl-2^64-1", post("Content-Length: 18446744073709551615\r\n"), "invalid_content_length");
  bad("cl-underscore", post("Content_Length: 5\r\n"), "underscore_twin");
  bad("chunk-extra-crlf", chunked("5\r\nhello\r\n\r\n0\r\n\r\n"), "invalid_chunk_size");
  bad("chunk-minus", chunked("-5\r\nhello\r\n0\r\n\r\n"), "invalid_chunk_size");
  bad("chunk-1000-zeros", chunked(std::string(1000, '0') + "5\r\nhello\r\n0\r\n\r\n"),
      "invalid_chunk_size");
  bad("chunk-2^64-1", chunked("ffffffffffffffff\r\n"), "invalid_chunk_size");
  bad("chunk-2^63", chunked("8000000000000000\r\n"), "invalid_chunk_size");
  bad("chunk-ext-empty", chunked("5;\r\nhello\r\n0\r\n\r\n"), "invalid_chunk_extension");
  bad("trailer-space-colon", chunked("0\r\nX-A : b\r\n\r\n"), "invalid_field");
  bad("trailer-fold", chunked("0\r\nX-A: b\r\n c\r\n\r\n"), "invalid_field");
  bad("trailer-lf", chunked("0\r\nX-A: b\n\r\n"), "invalid_line_end");
  bad("trailer-cl-underscore", chunked("0\r\nContent_Length: 5\r\n\r\n"),
      "framing_field_in_trailer");
  bad("trailer-60k", chunked("0\r\nX-A: " + std::string(65536, 'b') + "\r\n\r\n"),
      "trailers_too_large", 431);
  bad("version-overflow", with_line("GET / HTTP/4294967295.255"), line);
  bad("version-1.10", with_line("GET / HTTP/1.10"), line);
  bad("version-1", with_line("GET / HTTP/1"), line);
  bad("version-trailing-sp", with_line("GET / HTTP/1.1 "), line);
  bad("version-0.9", with_line("GET / HTTP/0.9"), "unsupported_version", 505);
  bad("version-3.0", with_line("GET / HTTP/3.0"), "unsupported_version", 505);
  bad("cr-cr-line", "GET / HTTP/1.1\r\r\nHost: a.test\r\n\r\n", line);
  bad("ice", with_line("SOURCE / ICE/1.0"), line);
  bad("tls-hello", "\x16\x03\x01\x02", line);
  bad("method-lowercase", with_line("get / HTTP/1.1"), "unknown_method", 501);
  bad("method-rtsp", with_line("DESCRIBE / HTTP/1.1"), "unknown_method", 501);
  bad("get-star", with_line("GET * HTTP/1.1"), "invalid_target");
  bad("target-relative", with_line("GET a/b HTTP/1.1"), "invalid_target");
  bad("target-scheme", with_line("GET ftp://a.test/ HTTP/1.1"), "invalid_target");
  bad("target-userinfo", with_line("GET http://u@a.test/ HTTP/1.1"), "invalid_target");
  bad("connect-slash", with_line("CONNECT / HTTP/1.1"), "invalid_target");
  bad("connect", with_line("CONNECT a.test:80 HTTP/1.1"), "connect_not_supported", 501);
  bad("connect-te",
      "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n"
      "\r\n0\r\n\r\n",
      "connect_with_body");
  bad("upgrade-te",
      get("Connection: upgrade\r\nUpgrade: x\r\nTransfer-Encoding: chunked\r\n", kEmptyChunked),
      "upgrade_with_body");
  bad("host-empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "invalid_host");
  bad("host-space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "invalid_host");
  bad("host-comma", "GET / HTTP/1.1\r\nHost: a.test,b.test\r\n\r\n", "invalid_host");
  bad("host-port-text", "GET / HTTP/1.1\r\nHost: a.test:8x\r\n\r\n", "invalid_host");
  bad("host-port-large", "GET / HTTP/1.1\r\nHost: a.test:65536\r\n\r\n", "invalid_host");
  bad("host-half-bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "invalid_host");
  bad("conn-names-host", get("Connection: close, host\r\n"), "connection_names_framing");
  std::string line_ends;
  for (int i = 0; i < 100; ++i) line_ends += "\r\n";
  bad("leading-crlf-100", line_ends + get(), "invalid_leading_bytes");
  bad("leading-crlf-3", "\r\n\r\n\r\n" + get(), "invalid_leading_bytes");
  bad("leading-lf", "\n" + get(), "invalid_leading_bytes");
  bad("leading-cr", "\r" + get(), "invalid_leading_bytes");
}

void add_further_valid(std::vector<RequestCase>& cases) {
  const auto ok = [&cases](std::string name, std::string bytes, std::string forwarded = "",
                           int messages = 1) {
    cases.push_back(pass(std::move(name), std::move(bytes), std::move(forwarded), messages));
  };
  ok("http10-no-host", "GET / HTTP/1.0\r\n\r\n");
  ok("options-star", with_line("OPTIONS * HTTP/1.1"));
  ok("absolute-form", with_line("GET HTTP://a.test:80?q HTTP/1.1"));
  ok("host-ipv6", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
  ok("head-with-body", "HEAD / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nGET");
  ok("get-te-body", get("Transfer-Encoding: chunked\r\n", kChunked));
  ok("odd-order-and-case", "PATCH /x?a=b HTTP/1.1\r\nX-B:1\r\nhOST:a.test\r\nX-A:  2 \r\n\r\n");
  ok("cl-zero", post("Content-Length: 0\r\n"));
  ok("cl-leading-zeros", post("Content-Length: 0005\r\n", "hello"),
     post("Content-Length: 5\r\n", "hello"));
  ok("cl-tab", post("Content-Length:\t5\r\n", "hello"), post("Content-Length: 5\r\n", "hello"));
  ok("cl-no-space", post("Content-Length:5\r\n", "hello"));
  ok("chunk-hex-case", chunked("A\r\n0123456789\r\n0\r\n\r\n"));
  ok("chunk-leading-zeros", chunked("0005\r\nhello\r\n000\r\n\r\n"), chunked(kChunked));
  ok("chunk-last-ext", chunked("5\r\nhello\r\n00;x=\"y z\"\r\n\r\n"), chunked(kChunked));
  ok("trailers", chunked("5\r\nhello\r\n0\r\nX-Sum: 1\r\nGrpc-Status: 0\r\n\r\n"));
  ok("trailer-stripped", chunked("0\r\nHost: b.test\r\nX-Sum:1\r\nAuthorization: x\r\n\r\n"),
     chunked("0\r\nX-Sum: 1\r\n\r\n"));
  ok("expect-continue", post("Expect: 100-Continue\r\nContent-Length: 5\r\n", "hello"));
  ok("upgrade-then-request",
     get("Connection: Upgrade\r\nUpgrade: websocket\r\n") + get("X-B: 1\r\n"), "", 2);
  ok("h2c-then-request",
     get("Connection: Upgrade, HTTP2-Settings, x-a\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n") +
         get("X-B: 1\r\n"),
     get("Connection: x-a\r\n") + get("X-B: 1\r\n"), 2);
  ok("request-after-close", get("Connection: close\r\n") + get("X-B: 1\r\n"),
     get("Connection: close\r\n"));
  ok("request-after-http10", "GET / HTTP/1.0\r\n\r\n" + get(), "GET / HTTP/1.0\r\n\r\n");
}

}  // namespace

std::vector<RequestCase> valid_requests() {
  const std::string two =
      "GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n";
  return {
      pass("ok-get", get()),
      pass("ok-post-cl", post("Content-Length: 5\r\n", "hello")),
      pass("ok-post-chunked", chunked(kChunked)),
      pass("te-tab", post("Transfer-Encoding:\tchunked\r\n", kEmptyChunked),
           post("Transfer-Encoding: chunked\r\n", kEmptyChunked)),
      pass("obs-text-value", get("XA: b\xFF"
                                 "c\r\n")),
      pass("leading-crlf", "\r\n\r\n" + get(), get()),
      pass("chunk-ext-ok", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), chunked(kChunked)),
      pass("get-cl-body", get("Content-Length: 5\r\n", "hello")),
      pass("pipelined2", two, "", 2),
      pass("conn-names-xff",
           get("X-Forwarded-For: 1.2.3.4\r\nConnection: close, X-Forwarded-For\r\n")),
      pass("abs-uri-mismatch", with_line("GET http://x.test/ HTTP/1.1")),
  };
}

std::vector<RequestCase> hostile_requests() {
  std::vector<RequestCase> cases;
  add_content_length(cases);
  add_transfer_encoding(cases);
  add_field_syntax(cases);
  add_host_and_line(cases);
  add_chunks(cases);
  add_connection_and_sizes(cases);
  return cases;
}

std::vector<RequestCase> further_requests() {
  std::vector<RequestCase> cases;
  add_further_requests(cases);
  add_further_valid(cases);
  return cases;
}

}  // namespace faultline::http::corpus

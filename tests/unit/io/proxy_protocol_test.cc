// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/proxy_protocol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::io {
namespace {

using State = ProxyProtocolReader::State;

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string binary(int version_and_command, int family, std::string_view rest,
                   size_t declared = std::string::npos) {
  const size_t length = declared == std::string::npos ? rest.size() : declared;
  std::string header(kSignature);
  header += static_cast<char>(version_and_command);
  header += static_cast<char>(family);
  header += static_cast<char>(length >> 8U);
  header += static_cast<char>(length & 0xFFU);
  header += rest;
  return header;
}

const std::string kV4Addresses("\xC0\x00\x02\x01\x0A\x00\x00\x01\xDC\x04\x01\xBB", 12);

std::string v6_addresses() {
  std::string bytes(36, '\0');
  bytes[0] = '\x20';
  bytes[1] = '\x01';
  bytes[2] = '\x0D';
  bytes[3] = static_cast<char>(0xB8);
  bytes[15] = '\x01';
  bytes[33] = '\x50';  // source port 80
  return bytes;
}

struct Outcome {
  State state = State::NeedMore;
  std::string client;
  std::string rest;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read_in_pieces(std::string_view bytes, const std::vector<size_t>& cuts) {
  ProxyProtocolReader reader;
  Outcome outcome;
  size_t begin = 0;
  for (size_t i = 0; i <= cuts.size() && outcome.state == State::NeedMore; ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : bytes.size();
    size_t taken = 0;
    outcome.state = reader.feed(bytes.substr(begin, end - begin), taken);
    begin += taken;
  }
  if (reader.client()) outcome.client = format_host_port(*reader.client());
  if (outcome.state == State::Complete) outcome.rest = bytes.substr(begin);
  return outcome;
}

// The same for every way to cut the bytes in two, and byte by byte.
Outcome read(std::string_view bytes) {
  const Outcome whole = read_in_pieces(bytes, {});
  std::vector<size_t> all;
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    EXPECT_EQ(read_in_pieces(bytes, {cut}).state, whole.state) << "cut at " << cut;
    EXPECT_EQ(read_in_pieces(bytes, {cut}).rest, whole.rest) << "cut at " << cut;
    all.push_back(cut);
  }
  EXPECT_EQ(read_in_pieces(bytes, all), whole) << "byte by byte";
  return whole;
}

TEST(ProxyProtocol, ReadsBothVersionsAndLeavesWhatFollows) {
  const std::string request = "GET / HTTP/1.1\r\n\r\n";
  struct Case {
    const char* name;
    std::string header;
    std::string client;
  };
  const Case cases[] = {
      {"TCP4", "PROXY TCP4 192.0.2.1 10.0.0.1 56324 443\r\n", "192.0.2.1:56324"},
      {"TCP6", "PROXY TCP6 2001:db8::1 ::1 80 443\r\n", "[2001:db8::1]:80"},
      {"UNKNOWN", "PROXY UNKNOWN\r\n", ""},
      {"UNKNOWN with addresses", "PROXY UNKNOWN ff::1 ff::2 1 2\r\n", ""},
      {"v2 over IPv4", binary(0x21, 0x11, kV4Addresses), "192.0.2.1:56324"},
      {"v2 over IPv6", binary(0x21, 0x21, v6_addresses()), "[2001:db8::1]:80"},
      {"v2 with type-length-values",
       binary(0x21, 0x11,
              kV4Addresses + "\x04\x00\x03"
                             "abc"),
       "192.0.2.1:56324"},
      {"v2 LOCAL", binary(0x20, 0x00, ""), ""},
      {"v2 LOCAL with addresses", binary(0x20, 0x11, kV4Addresses), ""},
      {"v2 of an unspecified family", binary(0x21, 0x00, "xyz"), ""},
      {"v2 of a UNIX socket", binary(0x21, 0x31, std::string(216, 'u')), ""},
      {"v2 over UDP", binary(0x21, 0x12, kV4Addresses), ""},
  };
  for (const auto& [name, header, client] : cases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(read(header + request), (Outcome{State::Complete, client, request}));
    EXPECT_EQ(read(header), (Outcome{State::Complete, client, ""}));
  }
}

TEST(ProxyProtocol, RefusesWhatIsNotExactlyAHeader) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"no header", "GET / HTTP/1.1\r\n\r\n"},
      {"another case", "proxy TCP4 192.0.2.1 10.0.0.1 1 2\r\n"},
      {"bare LF", "PROXY TCP4 192.0.2.1 10.0.0.1 1 2\n" + std::string(107, 'x')},
      {"too long", "PROXY UNKNOWN " + std::string(107, 'x') + "\r\n"},
      {"a leading zero in an octet", "PROXY TCP4 192.0.02.1 10.0.0.1 1 2\r\n"},
      {"a leading zero in a port", "PROXY TCP4 192.0.2.1 10.0.0.1 01 2\r\n"},
      {"a port too large", "PROXY TCP4 192.0.2.1 10.0.0.1 65536 2\r\n"},
      {"a signed port", "PROXY TCP4 192.0.2.1 10.0.0.1 +1 2\r\n"},
      {"two spaces", "PROXY TCP4  192.0.2.1 10.0.0.1 1 2\r\n"},
      {"a space at the end", "PROXY TCP4 192.0.2.1 10.0.0.1 1 2 \r\n"},
      {"too few words", "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n"},
      {"a NUL inside", std::string("PROXY TCP4 192.0.2.1\0 10.0.0.1 1 2\r\n", 36)},
      {"IPv6 in TCP4", "PROXY TCP4 ::1 ::2 1 2\r\n"},
      {"IPv4 in TCP6", "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n"},
      {"an unknown word", "PROXY TCP5 192.0.2.1 10.0.0.1 1 2\r\n"},
      {"a broken signature", std::string("\r\n\r\n\0\r\nQUIX\n!!!!", 16)},
      {"version 1 in binary", binary(0x11, 0x11, kV4Addresses)},
      {"an unknown command", binary(0x22, 0x11, kV4Addresses)},
      {"an unknown family", binary(0x21, 0x41, kV4Addresses)},
      {"an unknown transport", binary(0x21, 0x13, kV4Addresses)},
      {"addresses cut short", binary(0x21, 0x11, "12345")},
      {"longer than the limit", binary(0x21, 0x11, "", 4097)},
  };
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(read(bytes).state, State::Malformed);
  }
}

TEST(ProxyProtocol, WaitsForTheRest) {
  const std::string header = binary(0x21, 0x11, kV4Addresses);
  for (size_t length = 0; length < header.size(); ++length) {
    EXPECT_EQ(read_in_pieces(std::string_view(header).substr(0, length), {}).state, State::NeedMore)
        << length;
  }
}

}  // namespace
}  // namespace faultline::io

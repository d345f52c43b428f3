// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/proxy_protocol.h"

#include "proxy/base/ip_address.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace faultline::io {
namespace {

using State = ProxyProtocolReader::State;

// Section 2.1: a line of at most 107 bytes with its CRLF.
constexpr std::string_view kTextStart = "PROXY ";
constexpr size_t kTextMax = 107;
// Section 2.2: signature, version and command, family, length.
constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kBinaryFront = 16;
// Addresses and type-length-values that a balancer may add; the specification allows 65,535.
constexpr size_t kBinaryRestMax = 4096;

uint8_t byte_of(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

// A port without sign and leading zeros.
std::optional<uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  const auto value = parse_u64(text);
  if (!value || *value > 65535) return std::nullopt;
  return static_cast<uint16_t>(*value);
}

// TCP over IPv4 or IPv6: how many bytes an address has there; 0 for what is not TCP over IP.
size_t address_bytes(uint8_t family_and_transport) {
  switch (family_and_transport) {
    case 0x11:
      return 4;
    case 0x21:
      return 16;
    default:
      return 0;
  }
}

// The four high bits name a family, the four low ones a transport; section 2.2 knows 0 to 3 and
// 0 to 2.
bool is_family_known(uint8_t family_and_transport) {
  return (family_and_transport >> 4U) <= 3 && (family_and_transport & 0xFU) <= 2;
}

}  // namespace

size_t ProxyProtocolReader::wanted() const noexcept {
  const size_t text_seen = std::min(header_.size(), kTextStart.size());
  if (header_.compare(0, text_seen, kTextStart, 0, text_seen) == 0) {
    // Byte by byte from here on: what stands behind the line is not ours.
    return header_.size() < kTextMax ? header_.size() + 1 : 0;
  }
  const size_t seen = std::min(header_.size(), kSignature.size());
  if (header_.compare(0, seen, kSignature, 0, seen) != 0) return 0;
  if (header_.size() < kBinaryFront) return header_.size() + 1;
  const size_t rest = (size_t{byte_of(header_, 14)} << 8U) | byte_of(header_, 15);
  return rest > kBinaryRestMax ? 0 : kBinaryFront + rest;
}

State ProxyProtocolReader::feed(std::string_view bytes, size_t& taken) {
  taken = 0;
  while (true) {
    const bool is_text = header_.starts_with(kTextStart);
    if (is_text && header_.ends_with("\r\n")) return read_text();
    const size_t want = wanted();
    if (want == 0) return State::Malformed;
    if (!is_text && header_.size() >= kBinaryFront && header_.size() == want) return read_binary();
    if (taken == bytes.size()) return State::NeedMore;
    const size_t count = std::min(want - header_.size(), bytes.size() - taken);
    header_.append(bytes.substr(taken, count));
    taken += count;
  }
}

State ProxyProtocolReader::read_text() {
  std::string_view line = header_;
  line.remove_suffix(2);
  line.remove_prefix(kTextStart.size());
  // Whatever stands behind UNKNOWN is to be ignored.
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return State::Complete;
  const auto words = split(line, ' ');
  if (words.size() != 5) return State::Malformed;
  const bool is_v4 = words[0] == "TCP4";
  if (!is_v4 && words[0] != "TCP6") return State::Malformed;
  const auto source = IpAddress::parse(words[1]);
  const auto target = IpAddress::parse(words[2]);
  const auto source_port = parse_port(words[3]);
  const auto target_port = parse_port(words[4]);
  if (!source || !target || !source_port || !target_port) return State::Malformed;
  const auto is_written_as_v4 = [](std::string_view text) {
    return text.find(':') == std::string_view::npos;
  };
  if (is_written_as_v4(words[1]) != is_v4 || is_written_as_v4(words[2]) != is_v4) {
    return State::Malformed;
  }
  client_ = HostPort{source->text(), *source_port};
  return State::Complete;
}

State ProxyProtocolReader::read_binary() {
  const uint8_t version_and_command = byte_of(header_, 12);
  const uint8_t family = byte_of(header_, 13);
  if (version_and_command == 0x20) return State::Complete;  // LOCAL: a health check of its own
  if (version_and_command != 0x21 || !is_family_known(family)) return State::Malformed;
  const size_t width = address_bytes(family);
  if (width == 0) return State::Complete;
  const std::string_view rest = std::string_view(header_).substr(kBinaryFront);
  if (rest.size() < 2 * width + 4) return State::Malformed;
  std::vector<uint8_t> bytes(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(width));
  const auto address = IpAddress::from_bytes(bytes);
  const auto port =
      static_cast<uint16_t>((byte_of(rest, 2 * width) << 8U) | byte_of(rest, 2 * width + 1));
  client_ = HostPort{address->text(), port};
  return State::Complete;
}

}  // namespace faultline::io

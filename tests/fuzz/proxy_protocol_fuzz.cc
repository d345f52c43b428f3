// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// However a PROXY protocol header is cut, the reader comes to the same end at the same byte; and a
// client that it names reads back when it is written down as version 1. The first byte chooses the
// cuts.
#include "proxy/io/proxy_protocol.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using faultline::HostPort;
using faultline::io::ProxyProtocolReader;
using State = ProxyProtocolReader::State;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  State state = State::NeedMore;
  size_t taken = 0;
  std::optional<HostPort> client;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::string_view bytes, size_t piece) {
  ProxyProtocolReader reader;
  Outcome outcome;
  for (size_t begin = 0; begin < bytes.size() && outcome.state == State::NeedMore;) {
    const std::string_view part = bytes.substr(begin, piece);
    size_t taken = 0;
    outcome.state = reader.feed(part, taken);
    require(taken <= part.size());
    require(outcome.state != State::NeedMore || taken == part.size());
    begin += taken;
    outcome.taken = begin;
  }
  if (outcome.state == State::Complete) outcome.client = reader.client();
  // How much of a refused header was taken is nobody's business: the connection ends.
  if (outcome.state == State::Malformed) outcome.taken = 0;
  return outcome;
}

void require_reads_back(const HostPort& client) {
  const bool is_v6 = client.host.find(':') != std::string::npos;
  std::string header = is_v6 ? "PROXY TCP6 " : "PROXY TCP4 ";
  header.append(client.host).append(is_v6 ? " ::1 " : " 192.0.2.1 ");
  header.append(std::to_string(client.port)).append(" 443\r\n");
  const Outcome again = read(header, header.size());
  require(again.state == State::Complete && again.taken == header.size());
  require(again.client == client);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  const Outcome whole = read(bytes, std::max<size_t>(bytes.size(), 1));

  require(read(bytes, 1) == whole);
  require(read(bytes, data[0] + size_t{1}) == whole);

  if (whole.client) require_reads_back(*whole.client);
  return 0;
}

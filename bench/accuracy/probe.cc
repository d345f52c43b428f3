// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The peers of a proxy whose faults are measured: a client and an origin that put time stamps on
// raw sockets. Both ends are in this process, so one clock (CLOCK_MONOTONIC) is right for both.
//
//   bench_accuracy latency   TARGET LISTEN SAMPLES CONNECTIONS INTERVAL_US
//       one-way time of 16-byte messages, ns, one a line
//   bench_accuracy bandwidth TARGET LISTEN SECONDS RATE
//       bytes, ns from the first to the last byte, the largest excess over RATE in ns of RATE
//   bench_accuracy count     TARGET REQUESTS
//       how many of so many GET requests were answered with 503
//
// TARGET is the proxy, LISTEN where the origin listens (the proxy's upstream).
#include "bench/floor/address.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::bench {
namespace {

constexpr int kPatienceMs = 15000;
constexpr size_t kReadBytes = 256UL * 1024;

int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

void wait_until(int64_t due_ns) {
  for (int64_t left = due_ns - now_ns(); left > 0; left = due_ns - now_ns()) {
    const timespec wait{left / 1'000'000'000, left % 1'000'000'000};
    ppoll(nullptr, 0, &wait, nullptr);
  }
}

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in address_of(const char* text) {
  const auto address = parse_address(text);
  if (!address) {
    std::fprintf(stderr, "error: %s is not an address\n", text);
    std::exit(1);
  }
  return *address;
}

void no_delay(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

int listen_on(const sockaddr_in& address) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(socket, 1024) != 0) {
    give_up("listen");
  }
  return socket;
}

int connect_to(const sockaddr_in& address) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    give_up("connect");
  }
  no_delay(socket);
  return socket;
}

void send_all(int socket, const char* bytes, size_t count) {
  while (count != 0) {
    const auto sent = send(socket, bytes, count, MSG_NOSIGNAL);
    if (sent <= 0) give_up("send");
    bytes += sent;
    count -= static_cast<size_t>(sent);
  }
}

// ---- latency -------------------------------------------------------------------------------

/// A message is its time of sending and its ordinal.
struct Message {
  int64_t sent_ns = 0;
  uint64_t ordinal = 0;
};
static_assert(sizeof(Message) == 16);

/// Takes what arrives on `count` connections of `listener` until all samples are there.
std::vector<int64_t> receive_all(int listener, size_t connections, size_t samples) {
  std::vector<int64_t> took;
  std::vector<pollfd> polled;
  std::vector<std::string> rest(connections);
  polled.push_back({listener, POLLIN, 0});
  while (took.size() < samples) {
    if (poll(polled.data(), polled.size(), kPatienceMs) <= 0) give_up("nothing arrives");
    const int64_t now = now_ns();
    for (size_t i = polled.size() - 1; i > 0; --i) {
      if ((polled[i].revents & POLLIN) == 0) continue;
      std::array<char, 4096> bytes{};
      const auto got = recv(polled[i].fd, bytes.data(), bytes.size(), 0);
      if (got <= 0) give_up("recv");
      auto& buffer = rest[i - 1];
      buffer.append(bytes.data(), static_cast<size_t>(got));
      for (; buffer.size() >= sizeof(Message); buffer.erase(0, sizeof(Message))) {
        Message message;
        std::memcpy(&message, buffer.data(), sizeof(message));
        took.push_back(now - message.sent_ns);
      }
    }
    if ((polled[0].revents & POLLIN) != 0) {
      polled.push_back({accept4(listener, nullptr, nullptr, SOCK_CLOEXEC), POLLIN, 0});
    }
  }
  return took;
}

int measure_latency(const sockaddr_in& target, const sockaddr_in& origin, char** arguments) {
  const auto samples = std::strtoull(arguments[0], nullptr, 10);
  const auto connections = std::strtoull(arguments[1], nullptr, 10);
  const auto interval_ns = std::strtoll(arguments[2], nullptr, 10) * 1000;
  const int listener = listen_on(origin);
  std::vector<int64_t> took;
  std::thread receiver([&] { took = receive_all(listener, connections, samples); });
  std::vector<int> sockets;
  for (size_t i = 0; i < connections; ++i) sockets.push_back(connect_to(target));
  prctl(PR_SET_TIMERSLACK, 1UL);
  // The proxy dials its upstream for each: let it finish.
  wait_until(now_ns() + 300'000'000);
  const int64_t start = now_ns();
  for (uint64_t i = 0; i < samples; ++i) {
    wait_until(start + static_cast<int64_t>(i) * interval_ns);
    const Message message{now_ns(), i};
    std::array<char, sizeof(Message)> bytes{};
    std::memcpy(bytes.data(), &message, sizeof(message));
    send_all(sockets[i % connections], bytes.data(), bytes.size());
  }
  receiver.join();
  for (const int64_t ns : took) std::printf("%lld\n", static_cast<long long>(ns));
  return 0;
}

// ---- bandwidth -----------------------------------------------------------------------------

/// Sends to one connection as fast as it takes the bytes.
void flood(int listener, const std::atomic<bool>& is_over) {
  const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  const std::vector<char> bytes(kReadBytes, 'x');
  while (!is_over && send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0) {
  }
  close(socket);
}

int measure_bandwidth(const sockaddr_in& target, const sockaddr_in& origin, char** arguments) {
  const auto length_ns = static_cast<int64_t>(std::strtod(arguments[0], nullptr) * 1e9);
  const double rate = std::strtod(arguments[1], nullptr);
  const int listener = listen_on(origin);
  std::atomic<bool> is_over{false};
  std::thread sender([&] { flood(listener, is_over); });
  const int socket = connect_to(target);
  std::vector<char> bytes(kReadBytes);
  int64_t first = 0;
  int64_t last = 0;
  uint64_t total = 0;
  uint64_t first_bytes = 0;
  // Bytes beyond the line of the rate, and the least of it so far: their distance is a burst.
  double least = std::numeric_limits<double>::max();
  double burst = 0;
  while (last - first < length_ns) {
    const auto got = recv(socket, bytes.data(), bytes.size(), 0);
    if (got <= 0) give_up("recv");
    last = now_ns();
    if (first == 0) {
      first = last;
      first_bytes = static_cast<uint64_t>(got);
    }
    const double owed = rate * static_cast<double>(last - first) / 1e9;
    least = std::min(least, static_cast<double>(total) - owed);
    total += static_cast<uint64_t>(got);
    burst = std::max(burst, static_cast<double>(total) - owed - least);
  }
  is_over = true;
  std::printf("%llu %lld %.0f\n", static_cast<unsigned long long>(total - first_bytes),
              static_cast<long long>(last - first), burst / rate * 1e9);
  std::fflush(stdout);
  // The sender may be inside a call that nothing ends any more.
  std::_Exit(0);
}

// ---- count ---------------------------------------------------------------------------------

/// One answer with Content-Length; true when its status is 503.
bool read_answer(int socket, std::string& buffer) {
  constexpr std::string_view kLength = "ontent-Length: ";
  while (true) {
    const size_t end = buffer.find("\r\n\r\n");
    if (end != std::string::npos) {
      const size_t at = buffer.find(kLength);
      const size_t body =
          at < end ? std::strtoul(buffer.c_str() + at + kLength.size(), nullptr, 10) : 0;
      if (buffer.size() >= end + 4 + body) {
        const bool is_injected = buffer.compare(9, 3, "503") == 0;
        buffer.erase(0, end + 4 + body);
        return is_injected;
      }
    }
    std::array<char, 4096> bytes{};
    const auto got = recv(socket, bytes.data(), bytes.size(), 0);
    if (got <= 0) give_up("recv");
    buffer.append(bytes.data(), static_cast<size_t>(got));
  }
}

int count_injected(const sockaddr_in& target, char** arguments) {
  const auto requests = std::strtoull(arguments[0], nullptr, 10);
  const int socket = connect_to(target);
  constexpr std::string_view kRequest = "GET /small HTTP/1.1\r\nHost: bench.test\r\n\r\n";
  std::string buffer;
  uint64_t injected = 0;
  for (uint64_t i = 0; i < requests; ++i) {
    send_all(socket, kRequest.data(), kRequest.size());
    if (read_answer(socket, buffer)) ++injected;
  }
  std::printf("%llu\n", static_cast<unsigned long long>(injected));
  return 0;
}

int run(int count, char** arguments) {
  const std::string_view what = count > 2 ? arguments[1] : "";
  if (what == "latency" && count == 7) {
    return measure_latency(address_of(arguments[2]), address_of(arguments[3]), arguments + 4);
  }
  if (what == "bandwidth" && count == 6) {
    return measure_bandwidth(address_of(arguments[2]), address_of(arguments[3]), arguments + 4);
  }
  if (what == "count" && count == 4) return count_injected(address_of(arguments[2]), arguments + 3);
  std::fprintf(stderr, "error: see the head of bench/accuracy/probe.cc\n");
  return 2;
}

}  // namespace
}  // namespace faultline::bench

int main(int count, char** arguments) { return faultline::bench::run(count, arguments); }

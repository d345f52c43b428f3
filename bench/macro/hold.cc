// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/floor/request_head.h"
#include "bench/macro/connection.h"
#include "bench/macro/load.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::bench {
namespace {

using Connections = std::vector<std::unique_ptr<Connection>>;

constexpr int kAnswerMs = 10000;
constexpr int kPushMs = 20;
constexpr size_t kPushBytes = 64UL * 1024;

bool open_all(const DriverOptions& options, Connections& connections) {
  for (size_t i = 0; i < options.connections; ++i) {
    connections.push_back(std::make_unique<Connection>());
    if (connections.back()->open(options.target)) continue;
    std::fprintf(stderr, "error: connection %zu: %s\n", i, std::strerror(errno));
    return false;
  }
  return true;
}

bool exchange(Connection& connection, const std::string& request) {
  std::array<char, 4096> buffer{};
  if (!connection.send(request)) return false;
  while (true) {
    pollfd waiting{.fd = connection.descriptor(), .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kAnswerMs) != 1) return false;
    const auto received = connection.receive(buffer);
    if (received == Connection::Received::Answer) return true;
    if (received == Connection::Received::Broken) return false;
  }
}

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

bool is_input_at_end(int timeout_ms) {
  pollfd waiting{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, timeout_ms) == 1;
}

bool is_open(const Connection& connection) {
  char byte = 0;
  const ssize_t count = recv(connection.descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count > 0 || (count < 0 && errno == EAGAIN);
}

// Writes zeros until the socket takes no more; returns how many it took.
uint64_t push(const Connection& connection, uint64_t limit) {
  static constexpr std::array<char, kPushBytes> kZeros{};
  uint64_t taken = 0;
  while (taken < limit) {
    const size_t size = std::min<uint64_t>(kZeros.size(), limit - taken);
    const int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
    const ssize_t sent = send(connection.descriptor(), kZeros.data(), size, flags);
    if (sent <= 0) break;
    taken += static_cast<uint64_t>(sent);
  }
  return taken;
}

}  // namespace

int run_idle(const DriverOptions& options) {
  Connections connections;
  if (!open_all(options, connections)) return 1;
  const std::string request = request_head(options.path);
  for (const auto& connection : connections) {
    if (exchange(*connection, request)) continue;
    std::fprintf(stderr, "error: no answer on an idle connection\n");
    return 1;
  }
  say("ready");
  while (!is_input_at_end(-1)) {
  }
  size_t open = 0;
  for (const auto& connection : connections) open += is_open(*connection) ? 1 : 0;
  say("{\"open\":" + std::to_string(open) + "}");
  return 0;
}

int run_hang(const DriverOptions& options) {
  Connections connections;
  if (!open_all(options, connections)) return 1;
  const std::string request = request_head(options.path, options.upload);
  for (const auto& connection : connections) {
    if (connection->send(request)) continue;
    std::fprintf(stderr, "error: cannot send: %s\n", std::strerror(errno));
    return 1;
  }
  say("ready");
  std::vector<uint64_t> left(connections.size(), options.upload);
  while (!is_input_at_end(options.upload > 0 ? kPushMs : -1)) {
    for (size_t i = 0; i < connections.size(); ++i) left[i] -= push(*connections[i], left[i]);
  }
  uint64_t taken = 0;
  size_t open = 0;
  for (size_t i = 0; i < connections.size(); ++i) {
    taken += options.upload - left[i];
    open += is_open(*connections[i]) ? 1 : 0;
  }
  say("{\"open\":" + std::to_string(open) + ",\"taken\":" + std::to_string(taken) + "}");
  return 0;
}

}  // namespace faultline::bench

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/macro/load.h"

#include "bench/floor/request_head.h"
#include "bench/macro/connection.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace faultline::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr size_t kReadBytes = 256UL * 1024;
constexpr int kStallMs = 10000;  // No event for so long: the subject is stuck.

class Load {
 public:
  explicit Load(const DriverOptions& options)
      : options_(options), request_(request_head(options.path)), buffer_(kReadBytes) {}
  ~Load() {
    if (epoll_ >= 0) close(epoll_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  int run();

 private:
  bool open();
  bool loop();
  bool receive(size_t index);
  bool send(size_t index);
  [[nodiscard]] bool is_finished_sending() const;
  bool fail(const char* what);
  void print();

  const DriverOptions& options_;
  std::string request_;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Steady::time_point start_;
  uint64_t sent_ = 0;
  uint64_t answered_ = 0;
  int epoll_ = -1;
};

bool Load::fail(const char* what) {
  std::fprintf(stderr, "error: %s after %llu answers: %s\n", what,
               static_cast<unsigned long long>(answered_), std::strerror(errno));
  return false;
}

bool Load::open() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  for (size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>());
    if (!connections_[i]->open(options_.target)) return fail("cannot connect");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i]->descriptor(), &event) != 0) {
      return fail("epoll_ctl");
    }
  }
  return true;
}

bool Load::is_finished_sending() const {
  if (options_.requests > 0 && sent_ >= options_.requests) return true;
  const std::chrono::duration<double> elapsed = Steady::now() - start_;
  return options_.seconds > 0 && elapsed.count() >= options_.seconds;
}

bool Load::send(size_t index) {
  if (is_finished_sending()) return true;
  ++sent_;
  return connections_[index]->send(request_) || fail("cannot send");
}

bool Load::receive(size_t index) {
  switch (connections_[index]->receive(buffer_)) {
    case Connection::Received::Nothing:
    case Connection::Received::Part:
      return true;
    case Connection::Received::Broken:
      return fail("connection broken or answer not 200");
    case Connection::Received::Answer:
      break;
  }
  ++answered_;
  return send(index);
}

bool Load::loop() {
  std::array<epoll_event, 256> events{};
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (!send(i)) return false;
  }
  while (answered_ < sent_) {
    const int size = static_cast<int>(events.size());
    const int count = epoll_wait(epoll_, events.data(), size, kStallMs);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) errno = ETIMEDOUT;
    if (count <= 0) return fail("no answer");
    for (int i = 0; i < count; ++i) {
      if (!receive(events[static_cast<size_t>(i)].data.u64)) return false;
    }
  }
  return true;
}

void Load::print() {
  const std::chrono::duration<double> elapsed = Steady::now() - start_;
  uint64_t bytes = 0;
  for (const auto& connection : connections_) bytes += connection->bytes();
  std::printf("{\"requests\":%llu,\"bytes\":%llu,\"seconds\":%.6f}\n",
              static_cast<unsigned long long>(answered_), static_cast<unsigned long long>(bytes),
              elapsed.count());
}

int Load::run() {
  if (!open()) return 1;
  start_ = Steady::now();
  if (!loop()) return 1;
  print();
  return 0;
}

}  // namespace

int run_load(const DriverOptions& options) { return Load(options).run(); }

}  // namespace faultline::bench

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/macro/load.h"

#include "bench/macro/connection.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace faultline::bench {
namespace {

using Steady = std::chrono::steady_clock;
using Nanoseconds = std::chrono::nanoseconds;

constexpr size_t kReadBytes = 256UL * 1024;
constexpr int kStallMs = 10000;  // No event for so long: the subject is stuck.
constexpr size_t kLatenciesMax = 4UL * 1000 * 1000;
constexpr size_t kNoConnection = ~size_t{0};

class Load {
 public:
  explicit Load(const DriverOptions& options)
      : options_(options), request_(request_head(options.path)), buffer_(kReadBytes) {}
  ~Load() {
    if (epoll_ >= 0) close(epoll_);
    if (timer_ >= 0) close(timer_);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  int run();

 private:
  bool open();
  bool watch(int descriptor, size_t index);
  bool loop();
  bool receive(size_t index);
  bool send(size_t index, Steady::time_point intended);
  bool send_due();
  void arm_timer();
  bool on_timer();
  [[nodiscard]] bool is_finished_sending() const;
  [[nodiscard]] Steady::time_point intended_time(uint64_t ordinal) const;
  bool fail(const char* what);
  void print(double seconds);
  double percentile(double fraction);

  const DriverOptions& options_;
  std::string request_;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Steady::time_point> sent_at_;
  std::vector<size_t> idle_;
  std::vector<uint32_t> latencies_us_;
  Steady::time_point start_;
  uint64_t sent_ = 0;
  uint64_t answered_ = 0;
  int epoll_ = -1;
  int timer_ = -1;
};

bool Load::fail(const char* what) {
  std::fprintf(stderr, "error: %s after %llu answers: %s\n", what,
               static_cast<unsigned long long>(answered_), std::strerror(errno));
  return false;
}

bool Load::watch(int descriptor, size_t index) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = index;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0 || fail("epoll_ctl");
}

bool Load::open() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  for (size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>());
    if (!connections_[i]->open(options_.target)) return fail("cannot connect");
    if (!watch(connections_[i]->descriptor(), i)) return false;
    idle_.push_back(i);
  }
  sent_at_.resize(options_.connections);
  latencies_us_.reserve(std::min<size_t>(kLatenciesMax, 1UL << 20U));
  if (options_.rate <= 0) return true;
  prctl(PR_SET_TIMERSLACK, 1UL);
  timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  return watch(timer_, kNoConnection);
}

Steady::time_point Load::intended_time(uint64_t ordinal) const {
  const double ns = static_cast<double>(ordinal) * 1e9 / options_.rate;
  return start_ + Nanoseconds(static_cast<int64_t>(ns));
}

bool Load::is_finished_sending() const {
  if (options_.requests > 0 && sent_ >= options_.requests) return true;
  if (options_.seconds <= 0) return false;
  const auto end = start_ + Nanoseconds(static_cast<int64_t>(options_.seconds * 1e9));
  return options_.rate > 0 ? intended_time(sent_) >= end : Steady::now() >= end;
}

bool Load::send(size_t index, Steady::time_point intended) {
  sent_at_[index] = intended;
  ++sent_;
  return connections_[index]->send(request_) || fail("cannot send");
}

// Sends what is due on connections that are free.
bool Load::send_due() {
  while (!idle_.empty() && !is_finished_sending()) {
    const auto now = Steady::now();
    const auto intended = options_.rate > 0 ? intended_time(sent_) : now;
    if (intended > now) {
      arm_timer();
      return true;
    }
    const size_t index = idle_.back();
    idle_.pop_back();
    if (!send(index, intended)) return false;
  }
  return true;
}

void Load::arm_timer() {
  const int64_t ns = intended_time(sent_).time_since_epoch().count();
  itimerspec spec{};
  spec.it_value.tv_sec = ns / 1000000000;
  spec.it_value.tv_nsec = ns % 1000000000;
  timerfd_settime(timer_, TFD_TIMER_ABSTIME, &spec, nullptr);
}

bool Load::on_timer() {
  uint64_t ticks = 0;
  if (read(timer_, &ticks, sizeof ticks) < 0 && errno != EAGAIN) return fail("timerfd");
  return true;
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
  const auto taken = Steady::now() - sent_at_[index];
  const int64_t us = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
  if (latencies_us_.size() < kLatenciesMax) {
    latencies_us_.push_back(static_cast<uint32_t>(std::max<int64_t>(us, 0)));
  }
  idle_.push_back(index);
  return true;
}

bool Load::loop() {
  std::array<epoll_event, 256> events{};
  while (!is_finished_sending() || answered_ < sent_) {
    const int size = static_cast<int>(events.size());
    const int count = epoll_wait(epoll_, events.data(), size, kStallMs);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) errno = ETIMEDOUT;
    if (count <= 0) return fail("no answer");
    for (int i = 0; i < count; ++i) {
      const size_t index = events[static_cast<size_t>(i)].data.u64;
      if (index == kNoConnection ? !on_timer() : !receive(index)) return false;
    }
    if (!send_due()) return false;
  }
  return true;
}

double Load::percentile(double fraction) {
  if (latencies_us_.empty()) return 0;
  const auto last = static_cast<double>(latencies_us_.size() - 1);
  const auto at = static_cast<ptrdiff_t>(std::llround(fraction * last));
  std::nth_element(latencies_us_.begin(), latencies_us_.begin() + at, latencies_us_.end());
  return latencies_us_[static_cast<size_t>(at)];
}

void Load::print(double seconds) {
  uint64_t bytes = 0;
  for (const auto& connection : connections_) bytes += connection->bytes();
  std::printf(
      "{\"requests\":%llu,\"bytes\":%llu,\"seconds\":%.6f,\"p50_us\":%.0f,\"p90_us\":%.0f,"
      "\"p99_us\":%.0f,\"max_us\":%.0f}\n",
      static_cast<unsigned long long>(answered_), static_cast<unsigned long long>(bytes), seconds,
      percentile(0.5), percentile(0.9), percentile(0.99), percentile(1.0));
}

int Load::run() {
  if (!open()) return 1;
  start_ = Steady::now();
  if (!send_due() || !loop()) return 1;
  print(std::chrono::duration<double>(Steady::now() - start_).count());
  return 0;
}

}  // namespace

int run_load(const DriverOptions& options) { return Load(options).run(); }

}  // namespace faultline::bench

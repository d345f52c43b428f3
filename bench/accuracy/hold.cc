// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The least that can hold messages for a time: a relay of TCP connections on bare epoll and one
// timerfd, without rules, limits or accounts. What it adds to a delay is the noise of the host's
// timers and scheduler, which no proxy can be below.
//
//   bench_hold LISTEN UPSTREAM DELAY_NS
//
// Carries bytes from clients to the upstream only, which is what bench_accuracy measures.
#include "bench/floor/address.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace faultline::bench {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * kNsPerSecond + now.tv_nsec;
}

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

int new_socket() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) give_up("socket");
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket;
}

class HoldRelay {
 public:
  HoldRelay(const sockaddr_in& address, const sockaddr_in& upstream, int64_t delay_ns)
      : upstream_(upstream), delay_ns_(delay_ns), listener_(new_socket()) {
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(listener_, 1024) != 0) {
      give_up("listen");
    }
    watch(listener_);
    watch(timer_);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 64> events{};
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int ready = events.at(static_cast<size_t>(i)).data.fd;
        if (ready == listener_) {
          accept_one();
        } else if (ready == timer_) {
          release();
        } else {
          take(ready);
        }
      }
    }
  }

 private:
  struct Held {
    int64_t due_ns;
    int to;
    std::string bytes;
  };

  void watch(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) give_up("epoll_ctl");
  }

  void accept_one() {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = new_socket();
    if (connect(server, reinterpret_cast<const sockaddr*>(&upstream_), sizeof(upstream_)) != 0) {
      close(server);
      close(client);
      return;
    }
    upstream_of_[client] = server;
    watch(client);
  }

  void take(int client) {
    std::array<char, 4096> bytes{};
    const auto got = recv(client, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
      epoll_ctl(epoll_, EPOLL_CTL_DEL, client, nullptr);
      return;
    }
    // One delay for all: what came first is due first.
    held_.push_back({now_ns() + delay_ns_, upstream_of_.at(client),
                     std::string(bytes.data(), static_cast<size_t>(got))});
    if (held_.size() == 1) arm();
  }

  void arm() const {
    const int64_t due = held_.front().due_ns;
    itimerspec when{};
    when.it_value = {due / kNsPerSecond, due % kNsPerSecond};
    timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }

  void release() {
    uint64_t expirations = 0;
    [[maybe_unused]] const auto got = read(timer_, &expirations, sizeof(expirations));
    while (!held_.empty() && held_.front().due_ns <= now_ns()) {
      const Held& front = held_.front();
      [[maybe_unused]] const auto sent =
          send(front.to, front.bytes.data(), front.bytes.size(), MSG_NOSIGNAL);
      held_.pop_front();
    }
    if (!held_.empty()) arm();
  }

  sockaddr_in upstream_;
  int64_t delay_ns_;
  int listener_;
  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  std::unordered_map<int, int> upstream_of_;
  std::deque<Held> held_;
};

int run(int count, char** arguments) {
  if (count != 4) {
    std::fputs("error: usage: bench_hold LISTEN UPSTREAM DELAY_NS\n", stderr);
    return 2;
  }
  const auto address = parse_address(arguments[1]);
  const auto upstream = parse_address(arguments[2]);
  if (!address || !upstream) {
    std::fputs("error: LISTEN and UPSTREAM are addresses like 127.0.0.1:80\n", stderr);
    return 2;
  }
  HoldRelay(*address, *upstream, std::strtoll(arguments[3], nullptr, 10)).run();
}

}  // namespace
}  // namespace faultline::bench

int main(int count, char** arguments) { return faultline::bench::run(count, arguments); }

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Symbols of the program come before those of the shared C library, so these are what libuv finds.
#include "tests/resources/failing_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace faultline::resources {
namespace {

struct State {
  std::mutex mutex;
  std::function<FailingCalls::Lookup(std::string_view)> lookup;
  std::atomic<int> absent_family{-1};
  std::atomic<int> spared_port{-1};  // no listener is refused while it is negative
};

State& state() {
  static State only;
  return only;
}

template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// One entry that freeaddrinfo() below takes apart: entry and address in one allocation.
struct Entry {
  addrinfo info{};
  sockaddr_storage address{};
};

addrinfo* make_entry(const std::string& address, addrinfo* next) {
  auto* entry = new Entry;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&entry->address);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&entry->address);
  if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    entry->info.ai_addrlen = sizeof(sockaddr_in);
  } else {
    EXPECT_EQ(::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr), 1) << address;
    v6->sin6_family = AF_INET6;
    entry->info.ai_addrlen = sizeof(sockaddr_in6);
  }
  entry->info.ai_family = entry->address.ss_family;
  entry->info.ai_socktype = SOCK_STREAM;
  entry->info.ai_addr = reinterpret_cast<sockaddr*>(&entry->address);
  entry->info.ai_next = next;
  return &entry->info;
}

bool listens_beside(int port, int fd) {
  int listens = 0;
  socklen_t length = sizeof(listens);
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0) return false;
  sockaddr_in address{};
  length = sizeof(address);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return false;
  return listens != 0 && address.sin_family == AF_INET && ntohs(address.sin_port) != port;
}

}  // namespace

FailingCalls::FailingCalls() = default;

FailingCalls::~FailingCalls() {
  const std::lock_guard lock(state().mutex);
  state().lookup = nullptr;
  state().absent_family = -1;
  state().spared_port = -1;
}

void FailingCalls::on_lookup(std::function<Lookup(std::string_view)> answer) {
  const std::lock_guard lock(state().mutex);
  state().lookup = std::move(answer);
}

void FailingCalls::without_family(int family) { state().absent_family = family; }

void FailingCalls::refuse_a_listener(uint16_t but_not) { state().spared_port = but_not; }

}  // namespace faultline::resources

using faultline::resources::FailingCalls;

extern "C" {

int socket(int family, int type, int protocol) noexcept {
  if (family == faultline::resources::state().absent_family) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  static auto* const next = faultline::resources::real<int(int, int, int)>("socket");
  return next(family, type, protocol);
}

int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  auto& spared = faultline::resources::state().spared_port;
  int port = spared;
  const bool is_refused = port >= 0 && operation == EPOLL_CTL_ADD &&
                          faultline::resources::listens_beside(port, fd) &&
                          spared.compare_exchange_strong(port, -1);
  if (is_refused) {
    errno = ENOSPC;
    return -1;
  }
  static auto* const next =
      faultline::resources::real<int(int, int, int, epoll_event*)>("epoll_ctl");
  return next(epoll, operation, fd, event);
}

int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** out) {
  std::function<FailingCalls::Lookup(std::string_view)> answer;
  {
    const std::lock_guard lock(faultline::resources::state().mutex);
    answer = faultline::resources::state().lookup;
  }
  using Real = int(const char*, const char*, const addrinfo*, addrinfo**);
  if (!answer) return faultline::resources::real<Real>("getaddrinfo")(name, service, hints, out);
  const auto found = answer(name);
  if (found.error != 0) return found.error;
  *out = nullptr;
  for (size_t i = found.addresses.size(); i-- > 0;) {
    *out = faultline::resources::make_entry(found.addresses[i], *out);
  }
  return 0;
}

// Entries of the real one never come here while the test answers, and the other way round: lookups
// end before FailingCalls goes.
void freeaddrinfo(addrinfo* entry) noexcept {
  bool is_ours = false;
  {
    const std::lock_guard lock(faultline::resources::state().mutex);
    is_ours = static_cast<bool>(faultline::resources::state().lookup);
  }
  if (!is_ours) {
    faultline::resources::real<void(addrinfo*)>("freeaddrinfo")(entry);
    return;
  }
  while (entry != nullptr) {
    addrinfo* const next = entry->ai_next;
    delete reinterpret_cast<faultline::resources::Entry*>(entry);
    entry = next;
  }
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/e2e/world.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/raw_socket.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>

#include <poll.h>
#include <sys/socket.h>

namespace faultline::e2e {
namespace {

constexpr size_t kMiB = 1024UL * 1024;
constexpr size_t kGiB = 1024UL * kMiB;
// Far below what is offered and far above what one connection may hold; sanitizers keep freed
// memory for a while.
constexpr size_t kGrowthMax = 64 * kMiB;

/// Highest resident memory of a process so far, in bytes.
size_t peak_memory(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    size_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  ADD_FAILURE() << "no VmHWM of process " << pid;
  return 0;
}

/// Writes until nothing more is taken for a second. How much was.
size_t write_until_stuck(const fakes::RawSocket& socket, size_t limit) {
  const std::string chunk(64 * 1024, 'x');
  size_t taken = 0;
  while (taken < limit) {
    pollfd waiting{socket.fd(), POLLOUT, 0};
    if (::poll(&waiting, 1, 1000) == 0) break;
    const ssize_t sent =
        ::send(socket.fd(), chunk.data(), chunk.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) break;
    taken += static_cast<size_t>(sent);
  }
  return taken;
}

TEST(Memory, IsBoundedUnderAClientThatNeverReads) {
  // Offers a GiB and tells how much was taken.
  std::atomic<size_t> taken{0};
  std::atomic<bool> is_stuck{false};
  fakes::FakeUpstream upstream([&](fakes::RawSocket& socket) {
    static_cast<void>(socket.read_until("\r\n\r\n"));
    static_cast<void>(
        socket.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kGiB) + "\r\n\r\n"));
    taken = write_until_stuck(socket, kGiB);
    is_stuck = true;
    is_stuck.notify_all();
  });
  Faultline faultline({"--upstream", "http://" + format_host_port(upstream.address()), "--listen",
                       "127.0.0.1:0", "--drain-timeout", "100ms"});
  const size_t before = peak_memory(faultline.process().pid());
  auto client = fakes::RawSocket::connect(faultline.address());

  ASSERT_TRUE(client.send("GET /large HTTP/1.1\r\nHost: shop\r\n\r\n"));
  is_stuck.wait(false);

  EXPECT_LT(taken.load(), kGiB / 4) << "the rest stays where it is: the source is paused";
  EXPECT_LT(peak_memory(faultline.process().pid()) - before, kGrowthMax);
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
}

TEST(Memory, IsBoundedUnderAServerThatNeitherReadsNorAnswers) {
  const fakes::RawListener silent;  // the kernel takes connections, nobody accepts them
  Faultline faultline({"--upstream", "http://" + format_host_port(silent.address()), "--listen",
                       "127.0.0.1:0", "--drain-timeout", "100ms"});
  const size_t before = peak_memory(faultline.process().pid());
  auto client = fakes::RawSocket::connect(faultline.address());

  ASSERT_TRUE(client.send("POST /upload HTTP/1.1\r\nHost: shop\r\nContent-Length: " +
                          std::to_string(kGiB) + "\r\n\r\n"));
  const size_t taken = write_until_stuck(client, kGiB);

  EXPECT_LT(taken, kGiB / 4);
  EXPECT_LT(peak_memory(faultline.process().pid()) - before, kGrowthMax);
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
}

}  // namespace
}  // namespace faultline::e2e

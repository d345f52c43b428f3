// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// ENOMEM at the n-th allocation, for every n of an exchange with all that belongs to it: the
// session, the parser, a fault, the upstream connection, a reload. The process must say so and end;
// never crash, hang, or go on with half a state.
#include "proxy/cli/cli.h"
#include "proxy/cli/process_guard.h"
#include "tests/sim/scripted_peers.h"
#include "tests/sim/stage.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

// Allocations until one fails; negative: none does. Signed, so that it can run past zero for good.
std::atomic<int64_t> allocations_left{-1};
std::atomic<int64_t> allocations_seen{0};

// What [new.delete.single] asks of a replacement: the handler is called until it has helped.
void* allocate(std::size_t size, std::size_t alignment) {
  allocations_seen.fetch_add(1, std::memory_order_relaxed);
  const bool fails = allocations_left.load(std::memory_order_relaxed) >= 0 &&
                     allocations_left.fetch_sub(1, std::memory_order_relaxed) == 0;
  for (;;) {
    void* const memory =
        fails ? nullptr
              : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory != nullptr) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

constexpr std::size_t kAlignment = alignof(std::max_align_t);

}  // namespace

void* operator new(std::size_t size) { return allocate(size, kAlignment); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace faultline::resources {
namespace {

constexpr std::string_view kRules = R"(rules:
  - { name: slow, match: { listener: http, path: /a }, fault: { latency: { fixed: 1ms } } }
  - { name: gone, match: { listener: http, path: /b }, fault: { abort: { status: 503 } } }
)";
constexpr std::string_view kRequests =
    "GET /a?x=1 HTTP/1.1\r\nHost: a.test\r\nAccept: */*\r\n\r\n"
    "GET /b HTTP/1.1\r\nHost: a.test\r\n\r\n"
    "GET /c HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n";

// Three exchanges and a reload; what the client got.
std::string run_exchanges() {
  std::vector<std::unique_ptr<sim::AnsweringServer>> servers;
  sim::Ear ear;
  sim::Stage* the_stage = nullptr;
  sim::Stage stage({kRules}, {}, [&](std::shared_ptr<sim::SimLink> link) {
    servers.push_back(std::make_unique<sim::AnsweringServer>(the_stage->reactor(), std::move(link),
                                                             sim::Response{std::string(kAnswer)}));
  });
  the_stage = &stage;
  auto client = stage.connect(ear, {});
  client->send(kRequests);
  stage.reload();
  stage.run_for(std::chrono::seconds(30));
  client->close();
  servers.clear();
  EXPECT_EQ(stage.finish(), "");
  return ear.bytes;
}

struct Ended {
  int code = -1;  // -signal for a process that was killed
  std::string said;
};

// The exchanges in a process of their own whose allocation number `n` fails.
Ended run_failing(int64_t n) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    cli::guard_process();
    allocations_left = n;
    const bool is_whole = run_exchanges().ends_with("X-T: 1\r\n\r\n");
    ::_exit(is_whole ? 0 : 99);
  }
  ::close(ends[1]);
  Ended ended;
  std::array<char, 512> buffer{};
  for (ssize_t count = 0; (count = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    ended.said.append(buffer.data(), static_cast<size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  return ended;
}

// Between two runs of the same exchanges.
constexpr int64_t kAllocationsThatVary = 16;

TEST(OutOfMemory, AtAnyAllocationOfAnExchangeEndsTheProcessInOrder) {
  const int64_t before = allocations_seen;
  ASSERT_TRUE(run_exchanges().ends_with("X-T: 1\r\n\r\n"));
  const int64_t total = allocations_seen - before;
  ASSERT_GT(total, 100);

  for (int64_t n = 0; n < total; ++n) {
    const Ended ended = run_failing(n);
    // How the bytes are cut decides about the last few: a run may end before its turn comes.
    if (ended.code == 0 && n + kAllocationsThatVary >= total) continue;
    ASSERT_EQ(ended.code, cli::kEnvironment)
        << "allocation " << n << " of " << total << ": " << ended.said;
    ASSERT_EQ(ended.said, "faultline: error: out of memory; the run folder is left as it is\n");
  }
  EXPECT_EQ(run_failing(total + 1000).code, 0);
}

}  // namespace
}  // namespace faultline::resources

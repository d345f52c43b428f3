// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What the system may refuse a running process (list R of facts/data-plane.md section 13), asked of
// the binary. tests/resources has what needs a hand inside the process.
#include "proxy/base/text.h"
#include "tests/e2e/world.h"
#include "tests/fakes/raw_socket.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

namespace faultline::e2e {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsSanitized = true;
#else
constexpr bool kIsSanitized = false;
#endif

constexpr const char* kTeapot = R"(rules:
  - { name: teapot, match: { path: /orders }, fault: { abort: { status: 418 } } }
)";

// More complaints than one page of a pipe holds.
std::string broken_config(const Nginx& nginx) {
  std::string rules = "rules:\n";
  for (int i = 0; i < 40; ++i) {
    rules += fmt::format("  - {{ name: r{}, fault: {{ latncy: {{ fixed: 1s }} }} }}\n", i);
  }
  return config_text(nginx.address(), rules);
}

size_t config_events(Faultline& faultline, std::string_view action) {
  const auto events = read_events(faultline.folder(), "config");
  return static_cast<size_t>(std::count_if(events.begin(), events.end(), [&](const auto& event) {
    return event.value("action", "") == action;
  }));
}

std::string status_of(const std::string& url) { return curl({url}).substr(9, 3); }

// The soft limit alone: it may be raised again without privileges.
void limit(const Process& process, __rlimit_resource resource, uint64_t value) {
  rlimit limits{};
  ASSERT_EQ(::prlimit(process.pid(), resource, nullptr, &limits), 0);
  limits.rlim_cur = value;
  ASSERT_EQ(::prlimit(process.pid(), resource, &limits, nullptr), 0);
}

// The lowest two that the process has not: what it opens next, and what it opens behind that.
std::array<uint64_t, 2> unused_descriptors(const Process& process) {
  std::set<uint64_t> used;
  const auto folder = fmt::format("/proc/{}/fd", process.pid());
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    used.insert(parse_u64(entry.path().filename().string()).value_or(0));
  }
  std::array<uint64_t, 2> unused{};
  uint64_t next = 0;
  for (auto& descriptor : unused) {
    while (used.contains(next)) ++next;
    descriptor = next++;
  }
  return unused;
}

TEST(BlockedLogSink, LeavesTheTrafficAloneAndTheProcessEnds) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  ASSERT_GE(::fcntl(faultline.process().errors_fd(), F_SETPIPE_SZ, 4096), 4096);

  folder.write("faultline.yaml", broken_config(nginx));
  for (size_t i = 1; i <= 2; ++i) {  // the first fills the pipe, the second finds it full
    faultline.process().signal(SIGHUP);
    ASSERT_TRUE(eventually([&] { return config_events(faultline, "refused") >= i; }));
  }

  EXPECT_EQ(status_of(faultline.url("/items")), "200");
  faultline.process().signal(SIGTERM);
  EXPECT_TRUE(faultline.process().ends_unread());
  EXPECT_EQ(faultline.process().wait(), 0);
  EXPECT_EQ(read_json(faultline.folder() + "/manifest.json").value("status", ""), "complete");
}

TEST(BlockedLogSink, SaysWhatWasLeftOutOnceSomebodyReads) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  ASSERT_GE(::fcntl(faultline.process().errors_fd(), F_SETPIPE_SZ, 4096), 4096);
  folder.write("faultline.yaml", broken_config(nginx));
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return config_events(faultline, "refused") >= 1; }));

  EXPECT_EQ(status_of(faultline.url("/items")), "200");
  ASSERT_TRUE(faultline.process().wait_for_errors(
      [](const std::string& text) { return text.size() > 4096; }));

  EXPECT_EQ(faultline.stop(), 0);

  const std::string& said = faultline.process().errors();
  EXPECT_NE(said.find("texts left out: nobody read them)\n"), std::string::npos) << said;
  EXPECT_NE(said.find("draining (signal)"), std::string::npos) << said;
}

TEST(Sigpipe, OfAStandardErrorThatNobodyHoldsEndsNothing) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});

  faultline.process().close_errors();
  folder.write("faultline.yaml", config_text(nginx.address(), "rulez: []\n"));
  faultline.process().signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return config_events(faultline, "refused") >= 1; }));

  EXPECT_EQ(status_of(faultline.url("/items")), "200");
  EXPECT_EQ(faultline.stop(), 0);
}

TEST(Sigpipe, OfAClientThatLeavesInTheMiddleOfItsAnswerEndsNothing) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});

  for (int i = 0; i < 50; ++i) {
    auto client = fakes::RawSocket::connect(faultline.address(), 2048);
    ASSERT_TRUE(client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_EQ(client.read_until("\r\n").end, fakes::ReadResult::End::Enough);
    client.reset();
  }

  EXPECT_EQ(status_of(faultline.url("/items")), "200");
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
}

TEST(SighupStorm, OfAThousandReloadsUnderLoadFailsNoRequest) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string with = config_text(nginx.address(), kTeapot);
  const std::string without = config_text(nginx.address(), "");
  const std::string config = folder.write("faultline.yaml", without);
  Faultline faultline({"-c", config});
  auto load = Process::start({installed("wrk", "wrk"), "--threads", "1", "--connections", "8",
                              "--duration", "3s", faultline.url("/items")});

  for (int i = 0; i < 1000; ++i) {
    const std::string next = folder.write("next.yaml", i % 2 == 0 ? with : without);
    std::filesystem::rename(next, config);
    faultline.process().signal(SIGHUP);
    faultline.process().signal(SIGHUP);
  }
  // The last one counts, whichever of the signals before it were taken together.
  // Renamed, as the others: a file that is just being written may be read and refused.
  std::filesystem::rename(folder.write("next.yaml", with), config);
  faultline.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return status_of(faultline.url("/orders")) == "418"; }));

  EXPECT_EQ(load.wait(), 0);
  EXPECT_EQ(load.output().find("Non-2xx"), std::string::npos) << load.output();
  EXPECT_EQ(load.output().find("Socket errors"), std::string::npos) << load.output();
  EXPECT_GE(config_events(faultline, "applied"), 2U);
  EXPECT_EQ(config_events(faultline, "refused"), 0U);
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  const auto accounting = read_accounting(faultline.folder());
  EXPECT_EQ(accounting.seen, accounting.checked + accounting.skipped + accounting.dropped);
}

TEST(FullDisk, CostsEvidenceAndTheVerdictButNoRequest) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config =
      folder.write("faultline.yaml", config_text(nginx.address(), "access_log: true\n"));
  Faultline faultline({"-c", config});

  limit(faultline.process(), RLIMIT_FSIZE, 64UL * 1024);  // every file is full at 64 KiB
  const std::string answers = curl(std::vector<std::string>(500, faultline.url("/items")),
                                   {"--write-out", "%{http_code};"});

  size_t served = 0;
  for (size_t at = 0; (at = answers.find("200;", at)) != std::string::npos; ++at) ++served;
  EXPECT_EQ(served, 500U);
  EXPECT_EQ(faultline.stop(), 1) << faultline.process().errors();
  EXPECT_NE(faultline.process().errors().find("missing in the journal, so the run is incomplete"),
            std::string::npos)
      << faultline.process().errors();
  const auto stats = read_json(faultline.folder() + "/stats.json");
  EXPECT_GT(stats["journal"].value("lost", 0), 0) << stats.dump();
  EXPECT_EQ(read_json(faultline.folder() + "/manifest.json").value("status", ""), "complete");
}

TEST(FullDisk, ThatTakesNoByteMoreEndsInThreeNamingTheFile) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});

  limit(faultline.process(), RLIMIT_FSIZE, 0);

  EXPECT_EQ(status_of(faultline.url("/items")), "200");
  EXPECT_EQ(faultline.stop(), 3) << faultline.process().errors();
  EXPECT_NE(faultline.process().errors().find("error: cannot write " + faultline.folder()),
            std::string::npos)
      << faultline.process().errors();
  EXPECT_EQ(read_json(faultline.folder() + "/manifest.json").value("status", ""), "running")
      << "never sealed";
}

TEST(Emfile, AtTheStartIsThreeOrARunWhateverTheLimit) {
  if (kIsSanitized) GTEST_SKIP() << "sanitizers open files of their own";
  const Nginx nginx;
  size_t refused = 0;
  bool has_started = false;
  for (int descriptors = 3; !has_started && descriptors < 128; ++descriptors) {
    SCOPED_TRACE(descriptors);
    const TempFolder runs;
    const auto run =
        run_program({"/bin/sh", "-c", fmt::format("ulimit -n {}; exec \"$0\" \"$@\"", descriptors),
                     FL_BINARY, "run", "--upstream", nginx.url(), "--listen", "127.0.0.1:0",
                     "--for", "10ms", "-o", runs.path()});
    has_started = run.code == 0;
    if (has_started) continue;
    ++refused;
    // Below that not even the program's libraries can be opened.
    const bool is_ours =
        run.errors.find("faultline:") == std::string::npos && run.errors.starts_with("error: ");
    const bool is_loaders = run.code == 127;
    EXPECT_TRUE(is_loaders || (is_ours && run.code == 3)) << run.code << "\n" << run.errors;
    if (is_ours) {
      EXPECT_NE(run.errors.find("oo many open files"), std::string::npos) << run.errors;
      EXPECT_TRUE(std::filesystem::is_empty(runs.path())) << "no folder of a run that never began";
    }
  }
  EXPECT_TRUE(has_started);
  EXPECT_GT(refused, 0U);
}

TEST(Emfile, AtAcceptConnectAndOpenIsCountedAndOverWhenItIsOver) {
  if (kIsSanitized) GTEST_SKIP() << "sanitizers open files of their own";
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write(
      "faultline.yaml", config_text(nginx.address(), "workers: 1\nreport: { fail_on: none }\n"));
  Faultline faultline({"-c", config});
  const std::string get = "GET /items HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const auto ask = [&] {
    auto client = fakes::RawSocket::connect(faultline.address());
    return client.send(get) ? client.read_to_end().bytes.substr(0, 12) : "";
  };
  rlimit before{};
  ASSERT_EQ(::prlimit(faultline.process().pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const auto unused = unused_descriptors(faultline.process());

  limit(faultline.process(), RLIMIT_NOFILE, unused[0]);
  faultline.process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return config_events(faultline, "refused") == 1; }));
  const std::string at_accept = ask();
  limit(faultline.process(), RLIMIT_NOFILE, unused[1]);
  const std::string at_connect = ask();
  limit(faultline.process(), RLIMIT_NOFILE, before.rlim_cur);
  const std::string after = ask();

  EXPECT_EQ(at_accept, "");
  EXPECT_EQ(at_connect, "HTTP/1.1 503");
  EXPECT_EQ(after, "HTTP/1.1 200");
  EXPECT_EQ(faultline.stop(), 0) << faultline.process().errors();
  EXPECT_NE(faultline.process().errors().find("oo many open files"), std::string::npos);
  EXPECT_EQ(read_error_count(faultline.folder(), "proxy", "accept"), 1U);
  EXPECT_EQ(read_error_count(faultline.folder(), "proxy", "connect_io_failed"), 1U);
}

TEST(NoMemory, EndsTheProcessInOrderAndLeavesAReadableRun) {
  const Nginx nginx;
  const TempFolder folder;
  const std::string config = folder.write("faultline.yaml", config_text(nginx.address(), ""));
  Faultline faultline({"-c", config});
  curl(std::vector<std::string>(100, faultline.url("/orders")));
  if (kIsSanitized) GTEST_SKIP() << "sanitizers map terabytes of their own";

  limit(faultline.process(), RLIMIT_AS, 1);  // not one page more
  std::vector<fakes::RawSocket> clients;
  for (int i = 0; i < 2000; ++i) {
    auto client = fakes::RawSocket::connect(faultline.address());
    if (!client.is_open() || !client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")) break;
    clients.push_back(std::move(client));
  }

  EXPECT_EQ(faultline.process().wait(), 3) << faultline.process().errors();
  EXPECT_NE(faultline.process().errors().find("error: out of memory"), std::string::npos)
      << faultline.process().errors();
  const TempFolder output;
  const auto check = run_faultline({"check", "--contract", fixture("shop.openapi.yaml"), "-o",
                                    output.path(), faultline.folder()});
  EXPECT_EQ(check.code, 1) << check.errors;
  EXPECT_NE(check.errors.find("was never sealed"), std::string::npos) << check.errors;
}

}  // namespace
}  // namespace faultline::e2e

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/e2e/process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace faultline::e2e {
namespace {

constexpr std::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int kInheritedFd = 3;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) ADD_FAILURE() << "pipe: " << std::strerror(errno);
  return {ends[0], ends[1]};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Moves a descriptor of the child above those that are given a fixed number.
int lifted(int fd) { return fd < 0 ? fd : ::fcntl(fd, F_DUPFD_CLOEXEC, 10); }

std::vector<std::string> make_environment(const ProcessOptions& options) {
  std::vector<std::string> list{"PATH=" + std::string(kPath), "HOME=/nonexistent", "LC_ALL=C",
                                "ASAN_OPTIONS=detect_leaks=1:abort_on_error=0"};
  for (const auto& [name, value] : options.environment) list.push_back(name + "=" + value);
  return list;
}

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status); }

}  // namespace

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  out_fd_ = std::exchange(other.out_fd_, -1);
  err_fd_ = std::exchange(other.err_fd_, -1);
  output_ = std::move(other.output_);
  errors_ = std::move(other.errors_);
  return *this;
}

Process::~Process() { end(); }

void Process::end() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  close_pipes();
}

void Process::close_pipes() {
  for (int* fd : {&out_fd_, &err_fd_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
}

Process Process::start(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  Process process;
  const Pipe in = make_pipe();
  const Pipe out = make_pipe();
  const Pipe err = make_pipe();
  const int inherited = lifted(options.inherited_fd);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, 2);
  if (inherited >= 0) posix_spawn_file_actions_adddup2(&actions, inherited, kInheritedFd);
  if (!options.directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (options.is_group_leader) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  auto words = arguments;
  auto environment = make_environment(options);
  const int failed = ::posix_spawnp(&process.pid_, words[0].c_str(), &actions, &attributes,
                                    pointers(words).data(), pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  for (const int fd : {in.read_end, out.write_end, err.write_end, inherited}) {
    if (fd >= 0) ::close(fd);
  }
  if (!options.input.empty()) {
    // Inputs of this suite fit into the buffer of a pipe.
    const auto written = ::write(in.write_end, options.input.data(), options.input.size());
    EXPECT_EQ(written, static_cast<ssize_t>(options.input.size()));
  }
  ::close(in.write_end);
  process.out_fd_ = out.read_end;
  process.err_fd_ = err.read_end;
  if (failed != 0) {
    process.pid_ = -1;
    ADD_FAILURE() << "cannot start " << arguments[0] << ": " << std::strerror(failed);
  }
  return process;
}

void Process::signal(int number) const {
  ASSERT_GT(pid_, 0);
  ASSERT_EQ(::kill(pid_, number), 0) << std::strerror(errno);
}

bool Process::read_some(Deadline deadline) {
  std::array<pollfd, 2> fds{{{out_fd_, POLLIN, 0}, {err_fd_, POLLIN, 0}}};
  if (out_fd_ < 0 && err_fd_ < 0) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) return false;
  if (::poll(fds.data(), fds.size(), static_cast<int>(left.count())) <= 0) return errno == EINTR;
  const std::array<std::pair<int*, std::string*>, 2> sinks{
      {{&out_fd_, &output_}, {&err_fd_, &errors_}}};
  for (size_t i = 0; i < sinks.size(); ++i) {
    if (fds[i].revents == 0) continue;
    std::array<char, 16384> buffer;
    const auto count = ::read(*sinks[i].first, buffer.data(), buffer.size());
    if (count > 0) {
      sinks[i].second->append(buffer.data(), static_cast<size_t>(count));
    } else {
      ::close(*sinks[i].first);
      *sinks[i].first = -1;
    }
  }
  return true;
}

bool Process::wait_for_errors(const std::function<bool(const std::string&)>& is_there) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (!is_there(errors_)) {
    if (!read_some(deadline)) return is_there(errors_);
  }
  return true;
}

std::optional<std::string> Process::wait_for_line(std::string_view prefix) {
  std::optional<std::string> found;
  const bool is_found = wait_for_errors([&](const std::string& text) {
    size_t begin = 0;
    for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
      std::string_view line(text.data() + begin, end - begin);
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      if (line.starts_with(prefix)) {
        found = std::string(line);
        return true;
      }
      begin = end + 1;
    }
    return false;
  });
  return is_found ? found : std::nullopt;
}

std::optional<int> Process::wait() {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (read_some(deadline)) {
  }
  // Both pipes are at their end (or a grandchild holds them): the end of the process is near.
  int status = 0;
  while (::waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) return std::nullopt;
    ::poll(nullptr, 0, 5);
  }
  pid_ = -1;
  close_pipes();
  return exit_code(status);
}

bool Process::ends_unread() const {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG) == 0 &&
         info.si_pid == 0) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 5);
  }
  return info.si_pid == pid_;
}

void Process::close_errors() {
  ::close(err_fd_);
  err_fd_ = -1;
}

Finished run_program(const std::vector<std::string>& arguments, const ProcessOptions& options) {
  auto process = Process::start(arguments, options);
  const auto code = process.wait();
  EXPECT_TRUE(code.has_value()) << arguments[0] << " did not end in time";
  return {code.value_or(-1), process.output(), process.errors()};
}

std::optional<std::string> find_program(std::string_view program) {
  const char* const own = ::getenv("PATH");
  const std::string folders = std::string(kPath) + ":" + (own != nullptr ? own : "");
  for (const auto folder : split(folders, ':')) {
    std::string path = std::string(folder) + "/" + std::string(program);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

std::string installed(const std::string& program, const std::string& package) {
  auto path = find_program(program);
  if (path) return *path;
  ADD_FAILURE() << program << " is missing: install the Debian package " << package
                << " (./dev setup does)";
  return program;
}

}  // namespace faultline::e2e

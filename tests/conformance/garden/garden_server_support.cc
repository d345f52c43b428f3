// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/conformance/garden/garden_server.h"
#include "tests/fakes/raw_socket.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

namespace faultline::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kDeadline{10};
constexpr int kPauseMs = 10;

std::string replace_all(std::string text, std::string_view mark, std::string_view value) {
  for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
    text.replace(at, mark.size(), value);
    at += value.size();
  }
  return text;
}

std::string fill_in(std::string text, const std::string& folder, uint16_t port) {
  text = replace_all(std::move(text), "$PORT", std::to_string(port));
  text = replace_all(std::move(text), "$FOLDER", folder);
  return replace_all(std::move(text), "$USER", ::geteuid() == 0 ? "user root;" : "");
}

// A compiler wants a home for its cache.
std::vector<std::pair<std::string, std::string>> build_environment() {
  const char* const home = ::getenv("HOME");
  return {{"HOME", home != nullptr ? home : "/tmp"}, {"GO111MODULE", "off"}, {"CGO_ENABLED", "0"}};
}

// Tries until `is_done` or the deadline.
template <typename IsDone>
bool wait_until(IsDone is_done) {
  const SystemClock clock;
  const MonoTime deadline = clock.now() + kDeadline;
  while (!is_done()) {
    if (clock.now() > deadline) return false;
    ::poll(nullptr, 0, kPauseMs);
  }
  return true;
}

ParsedRequest parse_line(const std::string& line) {
  const auto value = nlohmann::json::parse(line, nullptr, false);
  if (value.is_discarded()) {
    ADD_FAILURE() << "not JSON: " << line;
    return {};
  }
  return {value.value("method", ""), origin_form(value.value("target", "")),
          to_lower(value.value("host", "")), value.value("body", "")};
}

}  // namespace

std::vector<GardenPlant> garden_plants() {
  return {
      {"nginx",
       "nginx-light",
       "nginx",
       {"-p", "$FOLDER", "-c", "$FOLDER/nginx.conf", "-e", "$FOLDER/error.log"},
       {"nginx.conf"}},
      {"apache",
       "apache2-bin",
       "apache2",
       {"-D", "FOREGROUND", "-f", "$FOLDER/apache.conf"},
       {"apache.conf", "echo.cgi"}},
      {"lighttpd",
       "lighttpd",
       "lighttpd",
       {"-D", "-f", "$FOLDER/lighttpd.conf"},
       {"lighttpd.conf", "echo.cgi"}},
      {"node", "nodejs", "node", {"echo.js", "$PORT"}, {"echo.js"}},
      {"http_server",
       "python3",
       "python3",
       {"echo_http_server.py", "$PORT"},
       {"echo_http_server.py"}},
      {"gunicorn",
       "gunicorn",
       "gunicorn",
       {"--bind", "127.0.0.1:$PORT", "--worker-class", "gthread", "--threads", "4",
        "--graceful-timeout", "1", "echo_wsgi:app"},
       {"echo_wsgi.py"}},
      {"go", "golang-go", "go", {"$PORT"}, {"echo.go"}, {"build", "-o", "echo", "echo.go"}},
  };
}

std::unique_ptr<GardenServer> GardenServer::start(const GardenPlant& plant) {
  const auto program = e2e::find_program(plant.program);
  if (!program) return nullptr;
  // Somebody may take the port before the server does: then another one.
  for (int i = 0; i < 3; ++i) {
    std::unique_ptr<GardenServer> server(new GardenServer());
    if (server->try_start(plant, *program)) return server;
  }
  ADD_FAILURE() << plant.name << " does not serve";
  return nullptr;
}

bool GardenServer::try_start(const GardenPlant& plant, const std::string& program) {
  {
    const fakes::RawListener free_port;
    address_ = free_port.address();
  }
  // Some of them give up root and then run programs that write here.
  const std::string& folder = folder_.path();
  fs::permissions(folder, fs::perms::all);
  for (const auto& name : plant.files) {
    const std::string source =
        std::string(FL_SOURCE_DIR) + "/tests/conformance/garden/servers/" + name;
    const std::string path =
        folder_.write(name, fill_in(e2e::read_text(source), folder, address_.port));
    fs::permissions(path, fs::perms(0755));
  }
  std::string server = program;
  if (!plant.build.empty()) {
    std::vector<std::string> words{program};
    words.insert(words.end(), plant.build.begin(), plant.build.end());
    const auto done =
        e2e::run_program(words, {.environment = build_environment(), .directory = folder});
    if (done.code != 0) ADD_FAILURE() << done.errors;
    server = folder + "/echo";
  }
  std::vector<std::string> words{server};
  for (const auto& word : plant.arguments) words.push_back(fill_in(word, folder, address_.port));
  process_ = e2e::Process::start(words, {.directory = folder, .is_group_leader = true});
  return wait_until([this] { return fakes::RawSocket::connect(address_).is_open(); });
}

GardenServer::~GardenServer() {
  if (process_.pid() <= 0) return;
  process_.signal(SIGTERM);
  static_cast<void>(process_.wait());
}

std::vector<ParsedRequest> GardenServer::take_parsed(size_t count) {
  std::vector<ParsedRequest> parsed;
  const auto read_log = [&] {
    parsed.clear();
    if (!fs::exists(folder_.file("log"))) return;
    std::istringstream lines(e2e::read_text(folder_.file("log")));
    size_t number = 0;
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      if (number++ >= lines_taken_) parsed.push_back(parse_line(line));
    }
  };
  static_cast<void>(wait_until([&] {
    read_log();
    return parsed.size() >= count;
  }));
  lines_taken_ += parsed.size();
  return parsed;
}

}  // namespace faultline::conformance

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/e2e/world.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::e2e {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kPeopleSeed = 7;
// More than limits::kCaptureBytes.
constexpr size_t kLargeNumbers = 400000;

struct Listening {
  int fd = -1;
  HostPort address;
};

Listening listen_on_loopback() {
  Listening listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), {"127.0.0.1", 0}};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool is_ready = ::bind(listening.fd, generic, length) == 0 &&
                        ::listen(listening.fd, 511) == 0 &&
                        ::getsockname(listening.fd, generic, &length) == 0;
  if (!is_ready) ADD_FAILURE() << "cannot listen on loopback: " << std::strerror(errno);
  listening.address.port = ntohs(address.sin_port);
  return listening;
}

std::string large_array() {
  std::string text = "[";
  for (size_t i = 0; i < kLargeNumbers; ++i) text += i == 0 ? "10" : ",10";
  return text + "]";
}

std::string profile_json(const cli::demo::PersonalData& people) {
  const auto& customer = people.customers.front();
  return nlohmann::json{{"full_name", customer.full_name},
                        {"email", customer.email},
                        {"phone", customer.phone},
                        {"iban", customer.iban},
                        {"token", customer.token}}
      .dump();
}

std::string port_of(const std::string& url) { return url.substr(url.rfind(':') + 1); }

}  // namespace

std::string fixture(std::string_view name) {
  return std::string(FL_SOURCE_DIR) + "/tests/e2e/fixtures/" + std::string(name);
}

nlohmann::json read_json(const std::string& path) {
  auto value = nlohmann::json::parse(read_text(path), nullptr, false);
  EXPECT_FALSE(value.is_discarded()) << path << " is not JSON";
  return value;
}

Nginx::Nginx() : people_(cli::demo::PersonalData::make(kPeopleSeed)) {
  for (const char* name : {"items.json", "item.json", "cart.json", "orders.json", "broken.json"}) {
    folder_.write(name, read_text(fixture(name)));
  }
  folder_.write("profile.json", profile_json(people_));
  folder_.write("large.json", large_array());
  const Listening listening = listen_on_loopback();
  address_ = listening.address;
  const std::string file = folder_.write("nginx.conf", configuration());
  // Descriptor 3 is the listening socket: connections wait in its queue until nginx is up.
  process_ = Process::start({installed("nginx", "nginx-light"), "-p", folder_.path(), "-c", file,
                             "-e", folder_.file("error.log")},
                            {.environment = {{"NGINX", "3;"}}, .inherited_fd = listening.fd});
  ::close(listening.fd);
}

Nginx::~Nginx() {
  if (process_.pid() <= 0) return;
  process_.signal(SIGTERM);  // to the master, which ends its worker
  EXPECT_TRUE(process_.wait().has_value()) << "nginx did not end";
}

std::string Nginx::configuration() const {
  return fmt::format(
      "daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/error.log;\n"
      "{2}"
      "events {{ worker_connections 512; }}\n"
      "http {{\n"
      "  access_log off; default_type application/json; root {0}; etag on;\n"
      "  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3;\n"
      "  uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;\n"
      "  server {{\n"
      "    listen 127.0.0.1:{1};\n"
      "    location = /items {{ try_files /items.json =404; add_header X-Shop-Zone B7; }}\n"
      "    location = /items/1 {{ try_files /item.json =404; }}\n"
      "    location /cart/ {{ try_files /cart.json =404; }}\n"
      "    location = /orders {{ try_files /orders.json =404; }}\n"
      "    location = /broken {{ try_files /broken.json =404; }}\n"
      "    location = /large {{ try_files /large.json =404; }}\n"
      "    location = /profile {{ try_files /profile.json =404;\n"
      "      add_header Set-Cookie \"session={3}; Path=/; HttpOnly\"; }}\n"
      "    location = /checkout {{ return 201 "
      "'{{\"order\":\"ord-1\",\"total\":12.5,\"currency\":\"EUR\"}}'; }}\n"
      "  }}\n"
      "}}\n",
      folder_.path(), address_.port, ::geteuid() == 0 ? "user root;\n" : "", people_.session);
}

std::string Nginx::url(std::string_view path) const {
  return "http://" + format_host_port(address_) + std::string(path);
}

std::vector<std::pair<std::string, std::string>> open_gate() { return {{"ATSH_ENABLED", "1"}}; }

Faultline::Faultline(std::vector<std::string> arguments, bool is_gate_open) {
  std::vector<std::string> words{FL_BINARY, "run", "-o", runs_.path(), "--env", "ci"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  ProcessOptions options;
  if (is_gate_open) options.environment = open_gate();
  process_ = Process::start(words, options);
  const auto line = process_.wait_for_line("listening ");
  if (!line) {
    ADD_FAILURE() << "faultline does not listen:\n" << process_.errors();
    return;
  }
  const std::string url = line->substr(0, line->find(" -> "));
  address_ = {"127.0.0.1", static_cast<uint16_t>(parse_u64(port_of(url)).value_or(0))};
}

std::string Faultline::url(std::string_view path) const {
  return "http://" + format_host_port(address_) + std::string(path);
}

std::string Faultline::folder() const { return only_run(runs_.path()); }

int Faultline::stop(int signal) {
  process_.signal(signal);
  const auto code = process_.wait();
  EXPECT_TRUE(code.has_value()) << "faultline did not end:\n" << process_.errors();
  return code.value_or(-1);
}

bool eventually(const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

std::string only_run(const std::string& runs) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(runs)) {
    if (fs::exists(entry.path() / "manifest.json")) found.push_back(entry.path().string());
  }
  EXPECT_EQ(found.size(), 1U) << "run folders in " << runs;
  return found.empty() ? runs : found.front();
}

Finished run_faultline(std::vector<std::string> arguments, const ProcessOptions& options) {
  arguments.insert(arguments.begin(), FL_BINARY);
  return run_program(arguments, options);
}

std::string curl(const std::vector<std::string>& urls, const std::vector<std::string>& options) {
  std::vector<std::string> words{
      installed("curl", "curl"), "--silent", "--show-error", "--include", "--max-time", "30"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(), urls.begin(), urls.end());
  const auto done = run_program(words);
  EXPECT_EQ(done.code, 0) << done.errors;
  return done.output;
}

std::vector<nlohmann::json> read_events(const std::string& folder, std::string_view kind) {
  std::vector<nlohmann::json> events;
  std::istringstream lines(read_text(folder + "/events.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    auto event = nlohmann::json::parse(line, nullptr, false);
    if (event.is_discarded()) {
      ADD_FAILURE() << "not JSON: " << line;
    } else if (event.value("kind", "") == kind) {
      events.push_back(std::move(event));
    }
  }
  return events;
}

nlohmann::json read_findings(const std::string& folder) {
  return read_json(folder + "/findings.json").value("findings", nlohmann::json::array());
}

std::map<std::string, std::string> read_all_files(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files.emplace(fs::relative(entry.path(), folder).string(), read_text(entry.path().string()));
  }
  return files;
}

Accounting read_accounting(const std::string& folder) {
  const auto stats = read_json(folder + "/stats.json");
  const auto http = stats.value("/traffic/http"_json_pointer, nlohmann::json::object());
  return {http.value("seen", uint64_t{0}), http.value("checked", uint64_t{0}),
          http.value("skipped", uint64_t{0}), http.value("dropped", uint64_t{0})};
}

uint64_t read_error_count(const std::string& folder, const std::string& side,
                          const std::string& reason) {
  const auto errors = read_json(folder + "/errors.json");
  return errors.value(side, nlohmann::json::object()).value(reason, uint64_t{0});
}

std::string config_text(std::string_view upstream, std::string_view more, uint64_t seed) {
  return fmt::format(
      "version: 1\n"
      "run: {{ name: e2e, seed: {} }}\n"
      "gate: {{ flag: ATSH_ENABLED, environments: [ci] }}\n"
      "listeners:\n"
      "  - name: shop\n"
      "    listen: 127.0.0.1:0\n"
      "    upstream: http://{}\n"
      "    contracts: [ \"{}\" ]\n"
      "{}",
      seed, upstream, fixture("shop.openapi.yaml"), more);
}

}  // namespace faultline::e2e

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/http1/rival.h"

#include <fmt/core.h>

#include <signal.h>
#include <unistd.h>

namespace faultline::conformance {
namespace {

std::string nginx_config(const std::string& folder, const HostPort& own, const HostPort& origin) {
  return fmt::format(
      "daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/error.log;\n"
      "{3}"
      "events {{ worker_connections 512; }}\n"
      "http {{\n"
      "  access_log off; client_header_timeout 1s; client_body_timeout 1s;\n"
      "  client_body_temp_path {0}/t1; proxy_temp_path {0}/t2; fastcgi_temp_path {0}/t3;\n"
      "  uwsgi_temp_path {0}/t4; scgi_temp_path {0}/t5;\n"
      "  server {{ listen {1}; location / {{ proxy_http_version 1.1; proxy_pass http://{2}; }} }}\n"
      "}}\n",
      folder, format_host_port(own), format_host_port(origin),
      ::geteuid() == 0 ? "user root;\n" : "");
}

std::string haproxy_config(const HostPort& origin) {
  return fmt::format(
      "defaults\n"
      "  mode http\n"
      "  timeout connect 2s\n  timeout client 1s\n  timeout server 2s\n  timeout http-request 1s\n"
      "frontend in\n  bind fd@3\n  default_backend out\n"
      "backend out\n  server origin {}\n",
      format_host_port(origin));
}

}  // namespace

std::unique_ptr<Rival> Rival::start(Kind kind, const HostPort& origin) {
  const auto program = e2e::find_program(kind == Kind::Nginx ? "nginx" : "haproxy");
  if (!program) return nullptr;
  std::unique_ptr<Rival> rival(new Rival());
  const std::string& folder = rival->folder_.path();
  e2e::ProcessOptions options{.inherited_fd = rival->listener_.fd()};
  std::vector<std::string> words;
  if (kind == Kind::Nginx) {
    const auto file = rival->folder_.write(
        "nginx.conf", nginx_config(folder, rival->listener_.address(), origin));
    words = {*program, "-p", folder, "-c", file, "-e", rival->folder_.file("error.log")};
    options.environment = {{"NGINX", "3;"}};
  } else {
    words = {*program, "-db", "-f", rival->folder_.write("haproxy.cfg", haproxy_config(origin))};
  }
  rival->process_ = e2e::Process::start(words, options);
  return rival;
}

Rival::~Rival() {
  if (process_.pid() <= 0) return;
  process_.signal(SIGTERM);
  static_cast<void>(process_.wait());
}

}  // namespace faultline::conformance

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/address.h"

#include <fmt/core.h>
#include <uv.h>

#include <algorithm>
#include <cstring>
#include <string>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace faultline::io {
namespace {

ErrorCode error_code(int code) {
  switch (code) {
    case UV_ECONNREFUSED:
      return ErrorCode::Refused;
    case UV_ECONNRESET:
    case UV_ECONNABORTED:
      return ErrorCode::Reset;
    case UV_EPIPE:
    case UV_EOF:
      return ErrorCode::Closed;
    case UV_ETIMEDOUT:
      return ErrorCode::TimedOut;
    case UV_EADDRINUSE:
      return ErrorCode::AddressInUse;
    case UV_EACCES:
    case UV_EPERM:
      return ErrorCode::PermissionDenied;
    case UV_EADDRNOTAVAIL:
    case UV_EAFNOSUPPORT:
    case UV_EINVAL:
      return ErrorCode::InvalidArgument;
    case UV_ENOENT:
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
      return ErrorCode::NotFound;
    case UV_ENOSPC:
      return ErrorCode::DiskFull;
    default:
      return ErrorCode::IoFailed;
  }
}

std::string reason(int code) {
  switch (code) {
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
      return "name not found";
    case UV_ECANCELED:
      return "the loop stopped";
    default:
      break;
  }
  char text[128];
  return uv_strerror_r(code, text, sizeof(text));
}

}  // namespace

std::optional<Endpoint> parse_endpoint(const HostPort& address) {
  Endpoint endpoint;
  endpoint.port = address.port;
  if (inet_pton(AF_INET, address.host.c_str(), endpoint.bytes.data()) == 1) return endpoint;
  const size_t percent = address.host.find('%');
  const std::string host = address.host.substr(0, percent);
  if (inet_pton(AF_INET6, host.c_str(), endpoint.bytes.data()) != 1) return std::nullopt;
  endpoint.is_v6 = true;
  if (percent != std::string::npos) {
    endpoint.scope = if_nametoindex(address.host.c_str() + percent + 1);
    if (endpoint.scope == 0) return std::nullopt;
  }
  return endpoint;
}

HostPort to_host_port(const Endpoint& endpoint) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(endpoint.is_v6 ? AF_INET6 : AF_INET, endpoint.bytes.data(), text, sizeof(text));
  HostPort address{text, endpoint.port};
  char zone[IF_NAMESIZE];
  if (endpoint.scope != 0 && if_indextoname(endpoint.scope, zone) != nullptr) {
    address.host.append("%").append(zone);
  }
  return address;
}

uint32_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) noexcept {
  out = sockaddr_storage{};
  if (endpoint.is_v6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    v6.sin6_scope_id = endpoint.scope;
    std::memcpy(&v6.sin6_addr, endpoint.bytes.data(), sizeof(v6.sin6_addr));
    std::memcpy(&out, &v6, sizeof(v6));
    return sizeof(v6);
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(endpoint.port);
  std::memcpy(&v4.sin_addr, endpoint.bytes.data(), sizeof(v4.sin_addr));
  std::memcpy(&out, &v4, sizeof(v4));
  return sizeof(v4);
}

Endpoint from_sockaddr(const sockaddr* address) noexcept {
  Endpoint endpoint;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof(v4));
    endpoint.port = ntohs(v4.sin_port);
    std::memcpy(endpoint.bytes.data(), &v4.sin_addr, sizeof(v4.sin_addr));
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof(v6));
    endpoint.is_v6 = true;
    endpoint.port = ntohs(v6.sin6_port);
    endpoint.scope = v6.sin6_scope_id;
    std::memcpy(endpoint.bytes.data(), &v6.sin6_addr, sizeof(v6.sin6_addr));
  }
  return endpoint;
}

Error os_error(int code, const std::string& what, ErrorSource source) {
  return Error::make(error_code(code), fmt::format("{}: {}", what, reason(code)), source);
}

}  // namespace faultline::io

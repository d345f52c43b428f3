// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/socket_queue.h"

#include "proxy/base/assert.h"
#include "proxy/base/clock.h"

#include <array>
#include <cstring>
#include <optional>
#include <thread>

// The kernel's own headers: struct tcp_info of the C library ends before the byte counters.
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::fakes {
namespace {

struct Request {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};

sockaddr_in name_of(int fd, int (*get)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t length = sizeof(address);
  if (get(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) address.sin_port = 0;
  return address;
}

// The end of the connection of `fd` that is not ours.
Request request_for_peer_of(int fd) {
  const sockaddr_in peer = name_of(fd, &::getpeername);
  const sockaddr_in own = name_of(fd, &::getsockname);
  Request request;
  request.header.nlmsg_len = sizeof(request);
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.body.sdiag_family = AF_INET;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_ext = 1U << (INET_DIAG_INFO - 1);
  request.body.idiag_states = ~0U;
  request.body.id.idiag_sport = peer.sin_port;
  request.body.id.idiag_dport = own.sin_port;
  request.body.id.idiag_src[0] = peer.sin_addr.s_addr;
  request.body.id.idiag_dst[0] = own.sin_addr.s_addr;
  request.body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  request.body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

uint64_t bytes_written_to(int fd) {
  tcp_info info{};
  socklen_t length = sizeof(info);
  FL_ASSERT(::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0);
  return info.tcpi_bytes_sent - info.tcpi_bytes_retrans + info.tcpi_notsent_bytes;
}

struct Answer {
  uint32_t unread = 0;
  uint64_t received = 0;
};

// Empty when the kernel knows no such socket.
std::optional<Answer> parse_answer(const char* bytes, size_t size) {
  nlmsghdr header{};
  if (size < sizeof(header)) return std::nullopt;
  std::memcpy(&header, bytes, sizeof(header));
  inet_diag_msg message{};
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || size < NLMSG_HDRLEN + sizeof(message)) {
    return std::nullopt;
  }
  std::memcpy(&message, bytes + NLMSG_HDRLEN, sizeof(message));
  Answer answer{message.idiag_rqueue, 0};
  size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(message));
  nlattr attribute{};
  while (at + sizeof(attribute) <= size) {
    std::memcpy(&attribute, bytes + at, sizeof(attribute));
    if (attribute.nla_len < sizeof(attribute)) break;
    if (attribute.nla_type == INET_DIAG_INFO) {
      tcp_info info{};
      std::memcpy(&info, bytes + at + NLA_HDRLEN,
                  std::min<size_t>(sizeof(info), attribute.nla_len - NLA_HDRLEN));
      answer.received = info.tcpi_bytes_received;
    }
    at += NLA_ALIGN(attribute.nla_len);
  }
  return answer;
}

}  // namespace

PeerQueue::PeerQueue() : fd_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
  FL_ASSERT(fd_ >= 0);
}

PeerQueue::~PeerQueue() { ::close(fd_); }

PeerQueue::State PeerQueue::state_of(const RawSocket& socket) const {
  const Request request = request_for_peer_of(socket.fd());
  if (request.body.id.idiag_sport == 0) return State::Gone;
  FL_ASSERT(::send(fd_, &request, sizeof(request), 0) == ssize_t{sizeof(request)});
  std::array<char, 4096> buffer;
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  FL_ASSERT(size > 0);
  const auto answer = parse_answer(buffer.data(), static_cast<size_t>(size));
  if (!answer) return State::Gone;
  const bool has_arrived = answer->received >= bytes_written_to(socket.fd());
  return has_arrived && answer->unread == 0 ? State::Read : State::Unread;
}

bool PeerQueue::wait_until_read(const RawSocket& socket) {
  const SystemClock clock;
  const MonoTime deadline = clock.now() + std::chrono::seconds(10);
  while (state_of(socket) == State::Unread) {
    if (clock.now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

bool PeerQueue::send_in_pieces(RawSocket& socket, std::string_view bytes,
                               const std::vector<size_t>& cuts) {
  size_t begin = 0;
  for (size_t i = 0; i <= cuts.size(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : bytes.size();
    // The peer may refuse and leave before it has heard all.
    if (!socket.send(bytes.substr(begin, end - begin))) return true;
    if (i < cuts.size() && !wait_until_read(socket)) return false;
    begin = end;
  }
  return true;
}

}  // namespace faultline::fakes

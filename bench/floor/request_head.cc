// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/floor/request_head.h"

namespace faultline::bench {

std::string request_head(std::string_view path, uint64_t upload_bytes) {
  std::string head = upload_bytes > 0 ? "POST " : "GET ";
  head.append(path).append(" HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: faultline-bench/1\r\n");
  head.append("Accept: application/json, text/plain\r\nAccept-Encoding: identity\r\n");
  if (upload_bytes > 0) {
    head.append("Content-Type: application/octet-stream\r\nContent-Length: ");
    head.append(std::to_string(upload_bytes)).append("\r\n");
  }
  head.append("\r\n");
  return head;
}

}  // namespace faultline::bench

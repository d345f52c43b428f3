// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/h1_codec.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline::http {
namespace {

struct StatusName {
  int status;
  std::string_view phrase;
};

// The IANA registry of status codes, sorted.
constexpr std::array kStatusNames = {
    StatusName{100, "Continue"},
    StatusName{101, "Switching Protocols"},
    StatusName{102, "Processing"},
    StatusName{103, "Early Hints"},
    StatusName{200, "OK"},
    StatusName{201, "Created"},
    StatusName{202, "Accepted"},
    StatusName{203, "Non-Authoritative Information"},
    StatusName{204, "No Content"},
    StatusName{205, "Reset Content"},
    StatusName{206, "Partial Content"},
    StatusName{207, "Multi-Status"},
    StatusName{208, "Already Reported"},
    StatusName{226, "IM Used"},
    StatusName{300, "Multiple Choices"},
    StatusName{301, "Moved Permanently"},
    StatusName{302, "Found"},
    StatusName{303, "See Other"},
    StatusName{304, "Not Modified"},
    StatusName{305, "Use Proxy"},
    StatusName{307, "Temporary Redirect"},
    StatusName{308, "Permanent Redirect"},
    StatusName{400, "Bad Request"},
    StatusName{401, "Unauthorized"},
    StatusName{402, "Payment Required"},
    StatusName{403, "Forbidden"},
    StatusName{404, "Not Found"},
    StatusName{405, "Method Not Allowed"},
    StatusName{406, "Not Acceptable"},
    StatusName{407, "Proxy Authentication Required"},
    StatusName{408, "Request Timeout"},
    StatusName{409, "Conflict"},
    StatusName{410, "Gone"},
    StatusName{411, "Length Required"},
    StatusName{412, "Precondition Failed"},
    StatusName{413, "Content Too Large"},
    StatusName{414, "URI Too Long"},
    StatusName{415, "Unsupported Media Type"},
    StatusName{416, "Range Not Satisfiable"},
    StatusName{417, "Expectation Failed"},
    StatusName{421, "Misdirected Request"},
    StatusName{422, "Unprocessable Content"},
    StatusName{423, "Locked"},
    StatusName{424, "Failed Dependency"},
    StatusName{425, "Too Early"},
    StatusName{426, "Upgrade Required"},
    StatusName{428, "Precondition Required"},
    StatusName{429, "Too Many Requests"},
    StatusName{431, "Request Header Fields Too Large"},
    StatusName{451, "Unavailable For Legal Reasons"},
    StatusName{500, "Internal Server Error"},
    StatusName{501, "Not Implemented"},
    StatusName{502, "Bad Gateway"},
    StatusName{503, "Service Unavailable"},
    StatusName{504, "Gateway Timeout"},
    StatusName{505, "HTTP Version Not Supported"},
    StatusName{506, "Variant Also Negotiates"},
    StatusName{507, "Insufficient Storage"},
    StatusName{508, "Loop Detected"},
    StatusName{511, "Network Authentication Required"},
};

static_assert(std::is_sorted(kStatusNames.begin(), kStatusNames.end(),
                             [](const StatusName& a, const StatusName& b) {
                               return a.status < b.status;
                             }));

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  const auto found =
      std::lower_bound(kStatusNames.begin(), kStatusNames.end(), status,
                       [](const StatusName& entry, int wanted) { return entry.status < wanted; });
  if (found == kStatusNames.end() || found->status != status) return "Unknown";
  return found->phrase;
}

}  // namespace faultline::http

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/result.h"

namespace faultline {

std::string_view error_code_name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "invalid_argument";
    case ErrorCode::ParseFailed:
      return "parse_failed";
    case ErrorCode::LimitExceeded:
      return "limit_exceeded";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::AlreadyExists:
      return "already_exists";
    case ErrorCode::AddressInUse:
      return "address_in_use";
    case ErrorCode::PermissionDenied:
      return "permission_denied";
    case ErrorCode::Closed:
      return "closed";
    case ErrorCode::Reset:
      return "reset";
    case ErrorCode::Refused:
      return "refused";
    case ErrorCode::TimedOut:
      return "timed_out";
    case ErrorCode::Unsupported:
      return "unsupported";
    case ErrorCode::IoFailed:
      return "io_failed";
    case ErrorCode::DiskFull:
      return "disk_full";
    case ErrorCode::Bug:
      return "bug";
  }
  return "unknown";
}

}  // namespace faultline

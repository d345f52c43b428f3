// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See tests/conformance/http1/README.md for the file format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::conformance {

/// What must become of a payload.
enum class Fate : uint8_t {
  Pass,    // arrives byte for byte
  Fix,     // arrives in another, unambiguous form
  Strip,   // arrives without the fields that may not be forwarded
  Refuse,  // answered by the proxy and forwarded to nobody
  Cut,     // a response that FIN cut short: the client must be able to see that
};

/// What the client asked, for a response.
enum class Asked : uint8_t { Get, Head, Upgrade };

/// One case of the corpus: the bytes of one peer on one connection and their fate.
struct PayloadCase {
  std::string name;
  std::string note;
  Fate fate = Fate::Pass;
  int status = 0;      // of a refusal
  std::string reason;  // of a refusal: a stable id of proxy/http/reasons.h
  Asked asked = Asked::Get;
  int messages = 1;     // complete requests in `sent`
  std::string sent;     // by the peer
  std::string wanted;   // on the other side; empty for Refuse
  std::string surplus;  // the end of `sent` that lies behind the message (responses)

  [[nodiscard]] bool is_accepted() const noexcept { return fate != Fate::Refuse; }
};

/// The cases of one file in tests/conformance/http1, in order. Throws std::runtime_error with file
/// and line when the file is not well-formed.
[[nodiscard]] std::vector<PayloadCase> load_cases(std::string_view file_name);
/// The same from several files.
[[nodiscard]] std::vector<PayloadCase> load_all(const std::vector<std::string_view>& file_names);

/// The 11 that must pass and the 70 that must be refused, then the further ones.
inline constexpr std::string_view kValidRequests = "requests_valid.txt";
inline constexpr std::string_view kMalformedRequests = "requests_malformed.txt";
inline constexpr std::string_view kFurtherValidRequests = "requests_further_valid.txt";
inline constexpr std::string_view kFurtherMalformedRequests = "requests_further_malformed.txt";
inline constexpr std::string_view kValidResponses = "responses_valid.txt";
inline constexpr std::string_view kMalformedResponses = "responses_malformed.txt";

[[nodiscard]] std::vector<PayloadCase> all_requests();
[[nodiscard]] std::vector<PayloadCase> all_responses();

}  // namespace faultline::conformance

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/random.h"
#include "proxy/json/tape.h"
#include "redaction/redactor.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

// Whatever the bytes, the first of which chooses the media type: no crash; what is valid JSON stays
// valid JSON; a secret planted in front, behind and inside a JSON member is gone; and redacting
// twice changes nothing.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

class MixCrypto final : public faultline::Crypto {
 public:
  [[nodiscard]] std::unique_ptr<faultline::Sha256> sha256() const override { return nullptr; }
  [[nodiscard]] std::string hmac_sha256(std::string_view key,
                                        std::string_view bytes) const override {
    std::string out;
    for (uint64_t word = 0; word < 4; ++word) {
      uint64_t value = faultline::random::absorb(faultline::random::text(key),
                                                 faultline::random::text(bytes) + word);
      for (int i = 0; i < 8; ++i, value >>= 8U) out += static_cast<char>(value & 0xFFU);
    }
    return out;
  }
  [[nodiscard]] std::string random_bytes(size_t count) const override {
    return std::string(count, 'r');
  }
};

std::string redact_body(faultline::redaction::Redactor& redactor, std::string_view type,
                        const std::string& body) {
  faultline::MessageView message;
  message.fields = {{"Content-Type", type}};
  message.target = body;
  message.body = body;
  return redactor.redact(message).body();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kTypes[] = {
      "application/json",   "text/plain",      "application/x-www-form-urlencoded",
      "text/event-stream",  "application/xml", "multipart/form-data; boundary=b",
      "application/graphql"};
  constexpr std::string_view kSecret = "ghp_Zebra0123456789abcdefghijABCDEFGHIJK";
  if (size == 0) return 0;
  const std::string_view type = kTypes[data[0] % std::size(kTypes)];
  const std::string text(data + 1, data + size);
  // One that is part of a longer word is none, and would look like the planted one that was kept.
  if (text.find(kSecret) != std::string::npos) return 0;
  const MixCrypto crypto;
  auto made = faultline::redaction::Redactor::create({}, crypto, "key");
  require(made.has_value());
  auto& redactor = **made;

  const std::string once = redact_body(redactor, type, text);
  require(redact_body(redactor, type, once) == once);
  if (faultline::json::Document::parse(text) && !once.empty() && type == kTypes[0]) {
    require(faultline::json::Document::parse(once).has_value());
  }
  const std::string named = redactor.redact_value(text, text).view();
  require(redactor.redact_value(text, named).view() == named);

  // In the positions that have a grammar of their own: the bytes around a secret must not hide it.
  const std::string secret(kSecret);
  const std::string positions[] = {"<a b='" + secret + "'>" + text + "</a>",
                                   "<a>" + text + "<b>" + secret + "</b></a>",
                                   "{ f(x: \"" + secret + "\", y: " + text + ") }",
                                   "--b\r\n\r\n" + secret + "\r\n--b\r\n" + text + "--b--"};
  for (const auto& one : positions) {
    require(redact_body(redactor, type, one).find(kSecret) == std::string::npos);
  }

  const std::string planted[] = {std::string(kSecret) + " " + text,
                                 text + " " + std::string(kSecret),
                                 "{\"a\":\"" + std::string(kSecret) + "\",\"b\":" + text + "}"};
  for (const auto& one : planted) {
    require(redactor.redact_text(one).view().find(kSecret) == std::string::npos);
  }
  return 0;
}

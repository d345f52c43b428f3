// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/redaction/redaction_support.h"

#include "proxy/base/random.h"
#include "proxy/base/text.h"
#include "proxy/json/tape.h"

#include <chrono>
#include <cstdlib>
#include <iostream>

namespace faultline::redaction::testing {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";

std::string jwt(std::string_view header, std::string_view claims, std::string_view signature) {
  std::string out;
  for (const auto part : {header, claims}) {
    std::string text = base64_encode(part);
    text.erase(std::min(text.find('='), text.size()));
    out += text + ".";
  }
  return out + std::string(signature);
}

}  // namespace

std::string FakeCrypto::hmac_sha256(std::string_view key, std::string_view bytes) const {
  std::string out;
  for (uint64_t word = 0; word < 4; ++word) {
    uint64_t value = random::absorb(random::absorb(random::text(key), random::text(bytes)), word);
    for (int i = 0; i < 8; ++i, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  }
  return out;
}

const Crypto& fake_crypto() {
  static const FakeCrypto kCrypto;
  return kCrypto;
}

std::unique_ptr<Redactor> make_redactor(std::string_view key) {
  auto redactor = Redactor::create({}, fake_crypto(), key);
  if (!redactor) std::abort();
  return std::move(*redactor);
}

std::unique_ptr<Redactor> make_redactor(std::vector<OperatorRule> rows) {
  auto redactor = Redactor::create({{"default"}, std::move(rows)}, fake_crypto(), "test key");
  if (!redactor) std::abort();
  return std::move(*redactor);
}

uint64_t Dice::below(uint64_t range) {
  random::Inputs inputs;
  inputs.seed = seed_;
  inputs.draw = draws_++;
  return random::scale(random::draw(inputs), range);
}

std::string Dice::text(std::string_view alphabet, size_t length) {
  std::string out;
  for (size_t i = 0; i < length; ++i) out += alphabet[below(alphabet.size())];
  return out;
}

MessageView Message::view() const {
  MessageView out;
  out.direction = direction;
  out.method = method;
  out.target = target;
  out.status = direction == Direction::Response ? 200 : 0;
  out.version = "HTTP/1.1";
  for (const auto& [name, value] : fields) out.fields.push_back({name, value});
  for (const auto& [name, value] : trailers) out.trailers.push_back({name, value});
  out.body = body;
  out.body_state = body_state;
  return out;
}

Message text_message(std::string body, const std::string& type) {
  Message message;
  message.fields = {{"Content-Type", type}};
  message.body = std::move(body);
  return message;
}

Message json_message(std::string body) {
  Message message;
  message.fields = {{"Content-Type", "application/json"}};
  message.body = std::move(body);
  return message;
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> kSamples = {
      {"email", "alice.smith@example.com"},
      {"card.pan", "4111111111111111"},
      {"card.track", "%B4111111111111111^DOE/JOHN^25121010000000000"},
      {"iban", "DE89370400440532013000"},
      {"phone.e164", "+14155550123"},
      {"jwt", jwt(R"({"alg":"HS256","typ":"JWT"})", R"({"sub":"alice"})", "c2lnbmF0dXJl")},
      {"aws.access_key_id", std::string("AKIA") + "IOSFODNN7EXAMPLE"},
      {"github.token", std::string("ghp_") + "16C7e42F292c6912E7710c838347Ae178B4a"},
      {"slack.token", std::string("xoxb-") + "2048-4096-Zm9vYmFyYmF6cXV4"},
      {"stripe.key", std::string("sk_live_") + "4eC39HqLyjWDarjtT1zdp7dc"},
      {"ai.key", std::string("sk-proj-") + "aB3dE5fG7hI9jK1lM3nO5pQ7"},
      {"gitlab.token", std::string("glpat-") + "aB3dE5fG7hI9jK1lM3nO"},
      {"canary", "fl-canary-0042-zebra"},
      {"pem.private_key", std::string("-----BEGIN RSA ") +
                              "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"},
  };
  return kSamples;
}

const std::string& sample(std::string_view class_id) {
  for (const auto& entry : samples()) {
    if (entry.class_id == class_id) return entry.value;
  }
  std::abort();
}

std::string masked(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = i;
    while (end < text.size() &&
           ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= '2' && text[end] <= '7'))) {
      ++end;
    }
    if (end - i == 13 && i > 0 && text[i - 1] == '-') {
      out += '*';
      i = end - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

uint64_t seed_of_the_day() {
  const char* const given = std::getenv("FAULTLINE_TEST_SEED");
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                         : static_cast<uint64_t>(today.time_since_epoch().count());
  std::cout << "seed " << seed << " (FAULTLINE_TEST_SEED=" << seed << " repeats it)\n";
  return seed;
}

bool is_valid_json(std::string_view text) { return json::Document::parse(text).has_value(); }

std::string percent_encode_all(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out;
}

std::string unicode_escape_all(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out;
}

}  // namespace faultline::redaction::testing

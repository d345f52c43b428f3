// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/base/message_view.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::redaction::testing {

/// A keyed function with the shape of HMAC-SHA-256, from the project's own mixing function: the
/// redactor needs no more than that equal inputs give equal bytes.
class FakeCrypto final : public Crypto {
 public:
  [[nodiscard]] std::unique_ptr<Sha256> sha256() const override { return nullptr; }
  [[nodiscard]] std::string hmac_sha256(std::string_view key,
                                        std::string_view bytes) const override;
  [[nodiscard]] std::string random_bytes(size_t count) const override {
    return std::string(count, 'r');
  }
};

[[nodiscard]] const Crypto& fake_crypto();
[[nodiscard]] std::unique_ptr<Redactor> make_redactor(std::string_view key = "test key");
/// With rows of a policy.
[[nodiscard]] std::unique_ptr<Redactor> make_redactor(std::vector<OperatorRule> rows);

/// Numbers from the project's counter-based randomness: the same on every machine.
class Dice {
 public:
  explicit Dice(uint64_t seed) : seed_(seed) {}
  [[nodiscard]] uint64_t below(uint64_t range);
  [[nodiscard]] std::string text(std::string_view alphabet, size_t length);
  template <typename List>
  [[nodiscard]] const auto& pick(const List& list) {
    return list[below(list.size())];
  }

 private:
  uint64_t seed_;
  uint64_t draws_ = 0;
};

/// Owns what a MessageView borrows.
struct Message {
  Direction direction = Direction::Response;
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> fields;
  std::vector<std::pair<std::string, std::string>> trailers;
  std::string body;
  BodyState body_state = BodyState::Complete;

  [[nodiscard]] MessageView view() const;
};

/// A response with a JSON body.
[[nodiscard]] Message json_message(std::string body);
[[nodiscard]] Message text_message(std::string body, const std::string& type = "text/plain");

/// A value of each class that is found by its form. Made of parts, so that no scanner of source
/// code takes the tests for a leak.
struct Sample {
  std::string class_id;
  std::string value;
};
[[nodiscard]] const std::vector<Sample>& samples();
[[nodiscard]] const std::string& sample(std::string_view class_id);

/// Tokens as `*`, so that a test states everything else exactly.
[[nodiscard]] std::string masked(const std::string& text);

/// FAULTLINE_TEST_SEED, or the day: generated corpora must not fit one seed. Printed, so that a
/// failure can be repeated.
[[nodiscard]] uint64_t seed_of_the_day();

[[nodiscard]] bool is_valid_json(std::string_view text);
[[nodiscard]] std::string percent_encode_all(std::string_view text);
/// Every character as `\uXXXX`.
[[nodiscard]] std::string unicode_escape_all(std::string_view ascii);

}  // namespace faultline::redaction::testing

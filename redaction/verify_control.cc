// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/classes.h"
#include "redaction/sampler.h"
#include "redaction/verify_detectors.h"

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::redaction::verify {
namespace {

constexpr uint64_t kControlSeed = 20260203;
constexpr uint64_t kControlTries = 16;

// Published examples where no draw gets the checksum right: BIP 173 and EIP-55 themselves.
std::optional<std::string> example_of(std::string_view pattern, validate::Check check) {
  if (check == validate::Check::Bech32) return "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
  if (check == validate::Check::Ethereum) return "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  // Ten digits may begin like those of the surrogate space: such a draw is no leak.
  for (uint64_t seed = kControlSeed; seed < kControlSeed + kControlTries; ++seed) {
    auto sample = sample_of(pattern, check, seed);
    if (!sample || !is_closed_value(*sample)) return sample;
  }
  return std::nullopt;
}

void add_samples(std::string& text) {
  for (const auto& row : kPatterns) {
    if (class_info(row.class_id).tier == Tier::OptIn) continue;
    const auto sample = example_of(row.pattern, row.check);
    if (sample) text += "is " + *sample + "\n";
  }
  for (const auto& row : kContexts) {
    if (class_info(row.class_id).tier == Tier::OptIn || !is_proved(row.check)) continue;
    const auto sample = example_of(row.pattern, row.check);
    if (!sample) continue;
    text.append(row.words.substr(0, row.words.find('|'))).append(" is ").append(*sample);
    text += '\n';
  }
}

std::string make_dirty_text() {
  // In pieces: no scanner of source code or binaries takes them for real ones.
  std::string text;
  const auto add = [&text](std::string_view front, std::string_view back) {
    text.append(front).append(back).append("\n");
  };
  add("mail bob", "@control.example.org");
  add("card 4111 1111", " 1111 1111");
  add("iban DE89 3704 0044", " 0532 0130 00");
  add("call +1 415", " 555 0199");
  add("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiJjb250cm9sIn0.c2ln");
  add("-----BEGIN RSA ", "PRIVATE KEY-----");
  add("Authorization: Bearer ", "control0123456789");
  add("Authorization: Basic ", "Y29udHJvbDpjb250cm9s");
  add("postgres://control:", "control@db/");
  add("bot 12345678:AAcontrolcontrol", "controlcontrolcont1");
  add(R"({"password": "cont)", R"(rol"})");
  add_samples(text);
  return text;
}

}  // namespace

const std::string& dirty_text() {
  static const std::string kText = make_dirty_text();
  return kText;
}

}  // namespace faultline::redaction::verify

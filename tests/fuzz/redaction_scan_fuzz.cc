// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/random.h"
#include "proxy/json/tape.h"
#include "redaction/anchors/block.h"
#include "redaction/redactor.h"
#include "redaction/scanner.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Every instruction set gives the masks of the scalar twin; and a text that the fast pass calls
// clean comes unchanged out of the engine when something else in the same document keeps the engine
// busy.

namespace {

using faultline::redaction::anchors::BlockMasks;

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

void check_masks(std::string_view text) {
  namespace anchors = faultline::redaction::anchors;
  const size_t blocks = text.size() / anchors::kBlockBytes + 1;
  std::string padded(text);
  padded.resize(blocks * anchors::kBlockBytes + anchors::kOverhang);
  std::vector<BlockMasks> want(blocks);
  anchors::classify_scalar(anchors::nibble_tables(), padded.data(), blocks, want.data());
  for (const auto set : anchors::kInstructionSets) {
    const auto classify = anchors::classifier(set);
    if (classify == nullptr) continue;
    std::vector<BlockMasks> got(blocks);
    classify(anchors::nibble_tables(), padded.data(), blocks, got.data());
    require(got == want);
  }
}

void check_clean(const std::string& text) {
  static faultline::redaction::PatternSet patterns;
  faultline::redaction::NameCache names;
  if (!faultline::redaction::is_clean(text, names, patterns)) return;
  const MixCrypto crypto;
  auto made = faultline::redaction::Redactor::create({}, crypto, "key");
  require(made.has_value());
  const std::string lines = (*made)->redact_text("fl-canary-0000\n" + text).view();
  require(lines.substr(lines.find('\n') + 1) == text);
  if (!faultline::json::Document::parse(text)) return;
  const std::string json = (*made)->redact_text("[\"fl-canary-0000\"," + text + "]").view();
  require(json.substr(json.find(',') + 1) == text + "]");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  check_masks(text);
  check_clean(text);
  return 0;
}

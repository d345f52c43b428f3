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
#include <vector>

namespace faultline::record::test {

/// A folder of its own that goes away with the object.
class TempFolder final {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const;

 private:
  std::string path_;
};

/// While it lives, no file of this process can grow beyond `bytes`: a full disk without a disk.
class FileSizeLimit final {
 public:
  explicit FileSizeLimit(uint64_t bytes);
  ~FileSizeLimit();
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  uint64_t old_limit_ = 0;
};

/// Keyed hashes without a cryptographic library: the Redactor only needs them to be functions.
class PlainCrypto final : public Crypto {
 public:
  [[nodiscard]] std::unique_ptr<Sha256> sha256() const override;
  [[nodiscard]] std::string hmac_sha256(std::string_view key,
                                        std::string_view bytes) const override;
  [[nodiscard]] std::string random_bytes(size_t count) const override;
};

/// A message as the wire had it, with its texts owned.
struct Wire {
  Direction direction = Direction::Request;
  std::string method = "GET";
  std::string target = "/cart/17";
  int status = 200;
  std::vector<std::pair<std::string, std::string>> fields{};
  std::vector<std::pair<std::string, std::string>> trailers{};
  std::string body{};
  BodyState body_state = BodyState::Complete;
};

/// Messages through the real Redactor.
class Redacting final {
 public:
  Redacting();
  [[nodiscard]] redaction::RedactedMessage operator()(const Wire& wire);

 private:
  PlainCrypto crypto_;
  std::unique_ptr<redaction::Redactor> redactor_;
};

[[nodiscard]] std::string read_text(const std::string& path);
void write_text(const std::string& path, std::string_view text);

}  // namespace faultline::record::test

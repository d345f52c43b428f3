// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/record/record_support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

namespace faultline::record::test {

namespace {

class PlainDigest final : public Sha256 {
 public:
  void update(std::string_view bytes) noexcept override { text_.append(bytes); }
  std::string finish_hex() override {
    std::string hex;
    for (const char salt : {'a', 'b', 'c', 'd'}) {
      hex += hex64(hash64(text_ + salt));
    }
    return hex;
  }

 private:
  std::string text_;
};

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = ::testing::TempDir() + "faultline-XXXXXX";
  const char* made = ::mkdtemp(pattern.data());
  EXPECT_NE(made, nullptr);
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::file(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

FileSizeLimit::FileSizeLimit(uint64_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);  // NOLINT: the macro casts
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  old_limit_ = limit.rlim_cur;
  limit.rlim_cur = bytes;
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

FileSizeLimit::~FileSizeLimit() {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = old_limit_;
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

std::unique_ptr<Sha256> PlainCrypto::sha256() const { return std::make_unique<PlainDigest>(); }

std::string PlainCrypto::hmac_sha256(std::string_view key, std::string_view bytes) const {
  std::string out;
  for (const char salt : {'a', 'b', 'c', 'd'}) {
    const uint64_t word = hash64(std::string(key) + salt + std::string(bytes));
    for (unsigned shift = 0; shift < 64; shift += 8) {
      out += static_cast<char>((word >> shift) & 0xFFU);
    }
  }
  return out;
}

std::string PlainCrypto::random_bytes(size_t count) const { return std::string(count, 'r'); }

Redacting::Redacting() {
  auto redactor = redaction::Redactor::create({}, crypto_, "key of a test");
  EXPECT_TRUE(redactor.has_value());
  redactor_ = std::move(*redactor);
}

redaction::RedactedMessage Redacting::operator()(const Wire& wire) {
  MessageView view;
  view.direction = wire.direction;
  view.method = wire.method;
  view.target = wire.target;
  view.status = wire.direction == Direction::Response ? wire.status : 0;
  view.version = "HTTP/1.1";
  for (const auto& [name, value] : wire.fields) {
    view.fields.push_back({name, value});
  }
  for (const auto& [name, value] : wire.trailers) {
    view.trailers.push_back({name, value});
  }
  view.body = wire.body;
  view.body_state = wire.body_state;
  return redactor_->redact(view);
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
}

}  // namespace faultline::record::test

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/cli/cli_support.h"

#include "proxy/tls/digest.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <stdlib.h>

namespace faultline::cli {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

/// Real digests, and "random" bytes that are always the same.
class FixedCrypto final : public Crypto {
 public:
  explicit FixedCrypto(const Crypto& real) : real_(real) {}
  [[nodiscard]] std::unique_ptr<Sha256> sha256() const override { return real_.sha256(); }
  [[nodiscard]] std::string hmac_sha256(std::string_view key,
                                        std::string_view bytes) const override {
    return real_.hmac_sha256(key, bytes);
  }
  [[nodiscard]] std::string random_bytes(size_t count) const override {
    return std::string(count, 'r');
  }

 private:
  const Crypto& real_;
};

std::string content(std::FILE* file) {
  std::string text;
  std::rewind(file);
  char buffer[4096];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, file))
    text.append(buffer, count);
  return text;
}

}  // namespace

CliWorld::CliWorld() : crypto_(tls::make_crypto()) {
  folder_ = ::testing::TempDir() + "faultline-XXXXXX";
  EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
}

CliWorld::~CliWorld() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Ran CliWorld::run(const std::vector<std::string>& arguments) {
  const File out(std::tmpfile());
  const File err(std::tmpfile());
  Terminal terminal(out.get(), err.get(),
                    [this](const std::string& name) -> std::optional<std::string> {
                      const auto found = environment.find(name);
                      if (found == environment.end()) return std::nullopt;
                      return found->second;
                    });
  Ran ran;
  const FixedCrypto fixed(*crypto_);
  const Crypto& crypto = has_fixed_bytes_ ? static_cast<const Crypto&>(fixed) : *crypto_;
  ran.code = run_cli(arguments, {clock_, crypto, terminal});
  ran.out = content(out.get());
  ran.err = content(err.get());
  return ran;
}

std::string CliWorld::path(std::string_view name) const {
  return folder_ + "/" + std::string(name);
}

std::string CliWorld::write(std::string_view name, std::string_view text) {
  std::ofstream(path(name), std::ios::binary | std::ios::trunc) << text;
  return path(name);
}

std::string CliWorld::read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string CliWorld::only_folder(const std::string& path) {
  std::error_code error;
  std::string found;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    EXPECT_EQ(found, "") << "a second folder in " << path;
    found = entry.path().string();
  }
  return found;
}

}  // namespace faultline::cli

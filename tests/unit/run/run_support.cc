// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/run/run_support.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

namespace faultline::run::test {

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

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
}

std::unique_ptr<RunFolder> make_folder(const std::string& artifacts, const Crypto& crypto) {
  auto folder = RunFolder::create({.artifacts = artifacts,
                                   .name = "demo",
                                   .seed = 42,
                                   .started = WallTime{1795252504'000'000'000},
                                   .config_hash = "00000000000000c1"},
                                  crypto);
  EXPECT_TRUE(folder.has_value()) << folder.error().message;
  return folder ? std::move(*folder) : nullptr;
}

std::unique_ptr<redaction::Redactor> make_redactor(const Crypto& crypto) {
  auto redactor = redaction::Redactor::create({}, crypto, "key of a test");
  EXPECT_TRUE(redactor.has_value());
  return std::move(*redactor);
}

contracts::Violation make_violation(const std::string& member, contracts::Severity severity) {
  contracts::Violation violation;
  violation.rule = "http.response.body.type";
  violation.severity = severity;
  violation.operation = "GET /items";
  violation.contract = {.file = "shop.yaml",
                        .line = 12,
                        .column = 9,
                        .pointer = "/paths/~1items/get/" + member,
                        .resolved = "/components/schemas/" + member};
  violation.pointer = "/items/0/" + member;
  violation.pointer_template = "/items/*/" + member;
  violation.keyword = "type";
  violation.expected = R"({"type":"integer"})";
  violation.actual = R"({"type":"string","length":5})";
  violation.raw_value = "raw traffic";
  return violation;
}

RedactedViolation redacted(const contracts::Violation& violation, const std::string& sample,
                           const std::string& pointer) {
  return {&violation, redaction::Redactor::vouch(sample), redaction::Redactor::vouch(pointer)};
}

}  // namespace faultline::run::test

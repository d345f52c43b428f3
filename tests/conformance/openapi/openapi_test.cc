// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/engine.h"
#include "proxy/base/text.h"
#include "proxy/json/serialize.h"
#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Contract + request + response -> findings, as the generator beside this file says.
namespace faultline::contracts {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream) << path;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string_view text_of(json::Value owner, std::string_view name) {
  const auto value = owner.find(name);
  return value ? value->string() : std::string_view();
}

/// One half of a case. Views point into the family's document and into `body`.
struct Message {
  std::string body;
  MessageView view;

  Message(json::Value request, std::optional<json::Value> response) {
    view.method = text_of(request, "method");
    view.target = text_of(request, "target");
    json::Value half = request;
    if (response) {
      half = *response;
      view.direction = Direction::Response;
      view.status = static_cast<int>(half.find("status")->as_int64().value_or(0));
    }
    if (const auto headers = half.find("headers")) {
      for (const json::Member& field : headers->members()) {
        view.fields.push_back({field.name(), field.value.string()});
      }
    }
    const std::string_view cut = text_of(half, "cut");
    if (!cut.empty()) {
      view.body_state = cut == "aborted" ? BodyState::Aborted : BodyState::TooLarge;
    }
    body = half.find("base64") ? base64_decode(text_of(half, "base64")).value_or("")
                               : std::string(text_of(half, "body"));
    view.body = body;
  }
};

/// "rule pointer", and " contract-pointer" where the case names one.
std::vector<std::string> expected_of(json::Value test) {
  std::vector<std::string> list;
  const auto findings = test.find("findings");
  if (!findings) return list;
  for (const json::Value finding : findings->elements()) {
    std::string line(text_of(finding, "rule"));
    line.append(" ").append(text_of(finding, "pointer"));
    if (finding.find("contract")) line.append(" ").append(text_of(finding, "contract"));
    list.push_back(std::move(line));
  }
  std::sort(list.begin(), list.end());
  return list;
}

/// The same of a result; contract pointers where an expected line has one.
std::vector<std::string> found_in(const CheckResult& result,
                                  const std::vector<std::string>& expected) {
  std::vector<std::string> list;
  for (const Violation& violation : result.violations) {
    const std::string line = violation.rule + " " + violation.pointer;
    const std::string longer = line + " " + violation.contract.pointer;
    const bool is_named = std::any_of(expected.begin(), expected.end(), [&](const auto& wanted) {
      return wanted.starts_with(line + " /");
    });
    list.push_back(is_named ? longer : line);
  }
  std::sort(list.begin(), list.end());
  return list;
}

std::vector<std::string> reasons_expected(json::Value test) {
  std::vector<std::string> list;
  if (const auto reasons = test.find("unverifiable")) {
    for (const json::Value reason : reasons->elements()) list.emplace_back(reason.string());
  }
  return list;
}

size_t run_case(const Contract& contract, json::Value test) {
  SCOPED_TRACE(std::string(text_of(test, "name")));
  const Message message(*test.find("request"), test.find("response"));
  const std::vector<std::string> expected = expected_of(test);

  const CheckResult result = contract.check(message.view);

  std::vector<std::string> reasons;
  for (const auto& [reason, count] : result.unverifiable) reasons.push_back(reason);
  EXPECT_EQ(verdict_name(result.verdict), text_of(test, "verdict"));
  EXPECT_EQ(found_in(result, expected), expected);
  EXPECT_EQ(reasons, reasons_expected(test));
  return 1;
}

size_t run_family(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  const auto family = json::Document::parse(text);
  EXPECT_TRUE(family) << path;
  if (!family) return 0;
  size_t count = 0;
  for (const json::Value group : family->root().find("groups")->elements()) {
    const std::string contract = json::to_text(*group.find("contract"));
    SCOPED_TRACE(contract);
    const LoadResult loaded = load_openapi(path.filename().string(), contract);
    EXPECT_TRUE(loaded.contract) << render_diagnostics(loaded.diagnostics);
    if (!loaded.contract) continue;
    for (const json::Value test : group.find("cases")->elements()) {
      count += run_case(*loaded.contract, test);
    }
  }
  return count;
}

TEST(OpenApiVectors, GiveTheVerdictsOfTheSpecifications) {
  std::vector<std::filesystem::path> families;
  for (const auto& entry :
       std::filesystem::directory_iterator(FL_SOURCE_DIR "/tests/conformance/openapi/vectors")) {
    families.push_back(entry.path());
  }
  std::sort(families.begin(), families.end());
  size_t count = 0;
  for (const auto& family : families) {
    SCOPED_TRACE(family.filename().string());
    count += run_family(family);
  }
  EXPECT_EQ(families.size(), 8U);
  EXPECT_GE(count, 4000U);
}

}  // namespace
}  // namespace faultline::contracts

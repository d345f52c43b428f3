// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/unit/contracts/contracts_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {
namespace {

struct Case {
  std::string name;
  size_t line = 0;
  const Contract* contract = nullptr;
  MessageView message;
  std::string verdict;
  std::vector<std::string> findings;
  std::vector<std::string> reasons;
};

struct Vectors {
  std::string text;
  std::vector<std::unique_ptr<Contract>> contracts;
  std::vector<Case> cases;
};

BodyState state_named(std::string_view name) {
  if (name == "TooLarge") return BodyState::TooLarge;
  if (name == "Aborted") return BodyState::Aborted;
  return BodyState::NotKept;
}

/// One line of a case: a word and the rest.
void read_line(Case& c, std::string_view word, std::string_view rest) {
  if (word == ">") {
    c.message.method = rest.substr(0, rest.find(' '));
    c.message.target = rest.substr(rest.find(' ') + 1);
  } else if (word == "<") {
    c.message.direction = Direction::Response;
    c.message.status = static_cast<int>(parse_u64(rest).value_or(0));
  } else if (word == "header") {
    const size_t colon = rest.find(':');
    c.message.fields.push_back({rest.substr(0, colon), trim(rest.substr(colon + 1))});
  } else if (word == "body") {
    c.message.body = rest;
  } else if (word == "state") {
    c.message.body_state = state_named(rest);
  } else if (word == "expect") {
    c.verdict = rest;
  } else if (word == "find") {
    const std::string finding(rest);
    c.findings.push_back(finding.ends_with(" -") ? finding.substr(0, finding.size() - 1) : finding);
  } else if (word == "reason") {
    c.reasons.emplace_back(rest);
  } else {
    ADD_FAILURE() << "messages.txt:" << c.line << ": unknown word " << word;
  }
}

void read_vectors(Vectors& vectors) {
  vectors.text = read_fixture("vectors/messages.txt");
  std::string contract;
  bool in_contract = false;
  size_t number = 0;
  for (const std::string_view line : split(vectors.text, '\n')) {
    ++number;
    if (in_contract) {
      if (line == "end") {
        in_contract = false;
        vectors.contracts.push_back(must_load("vector.yaml", contract));
      } else {
        contract.append(line).append("\n");
      }
      continue;
    }
    if (line.empty() || line.starts_with('#')) continue;
    const std::string_view word = line.substr(0, line.find(' '));
    const std::string_view rest = line.substr(std::min(line.size(), word.size() + 1));
    if (word == "contract") {
      in_contract = true;
      contract.clear();
    } else if (word == "case") {
      Case& added = vectors.cases.emplace_back();
      added.name = rest;
      added.line = number;
      added.contract = vectors.contracts.back().get();
    } else {
      read_line(vectors.cases.back(), word, rest);
    }
  }
}

TEST(MessageVectors, GiveTheWrittenVerdicts) {
  Vectors vectors;
  read_vectors(vectors);
  for (Case& c : vectors.cases) {
    SCOPED_TRACE("messages.txt:" + std::to_string(c.line) + ": " + c.name);
    ASSERT_NE(c.contract, nullptr);
    std::sort(c.findings.begin(), c.findings.end());

    const CheckResult result = c.contract->check(c.message);

    EXPECT_EQ(verdict_name(result.verdict), c.verdict);
    EXPECT_EQ(rules_of(result), c.findings);
    EXPECT_EQ(reasons_of(result), c.reasons);
    EXPECT_EQ(result.violations_left_out, 0U);
  }
  EXPECT_GE(vectors.cases.size(), 110U);
}

TEST(MessageVectors, NeverPutValuesBesideTheRawOne) {
  // Every text of a finding but raw_value, pointer and what stems from the contract is free of what
  // the message holds.
  const auto contract = must_load("c.yaml", R"(
openapi: 3.0.3
info: { title: t, version: "1" }
paths:
  /x:
    get:
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                properties: { a: { type: integer }, b: { type: string, maxLength: 3 } }
)");
  const auto result =
      contract->check(json_response("/x", 200, R"({"a":"s3cret","b":"s3cret","c":"s3cret"})"));

  ASSERT_EQ(result.violations.size(), 3U);
  for (const Violation& violation : result.violations) {
    EXPECT_EQ(violation.raw_value, "\"s3cret\"");
    for (const std::string& text : {violation.expected, violation.actual, violation.hint,
                                    violation.pointer_template, violation.contract.pointer}) {
      EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
    }
    EXPECT_TRUE(json::Document::parse(violation.expected)) << violation.expected;
    EXPECT_TRUE(json::Document::parse(violation.actual)) << violation.actual;
  }
}

TEST(MessageVectors, NeverShowACredential) {
  const auto contract = must_load("c.yaml", R"(
openapi: 3.1.0
info: { title: t, version: "1" }
security: [ { key: [], jar: [] }, { basic: [] } ]
paths: { /x: { get: { responses: { 200: { description: ok } } } } }
components:
  securitySchemes:
    key: { type: apiKey, in: query, name: key }
    jar: { type: apiKey, in: cookie, name: sid }
    basic: { type: http, scheme: basic }
)");
  MessageView request;
  request.method = "GET";
  request.target = "/x?key=s3cret";
  request.fields = {{"Authorization", "Bearer s3cret"}, {"Cookie", "other=s3cret"}};

  const auto result = contract->check(request);

  ASSERT_EQ(result.violations.size(), 1U);
  const Violation& violation = result.violations[0];
  EXPECT_EQ(violation.rule, "http.request.message.security");
  EXPECT_EQ(violation.expected, R"({"security":[["key","jar"],["basic"]]})");
  for (const std::string& text :
       {violation.expected, violation.actual, violation.hint, violation.pointer,
        violation.pointer_template, std::string(violation.raw_value)}) {
    EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace faultline::contracts

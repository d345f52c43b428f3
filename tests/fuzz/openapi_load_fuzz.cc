// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/engine.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

// Whatever the contract: loading it ends. Either it is refused with an error that has a place, or
// it checks messages, and then the verdict is what its findings and reasons say: nothing that was
// not checked conforms.

namespace {

using faultline::DiagnosticSeverity;
using faultline::Direction;
using faultline::MessageView;
using faultline::contracts::CheckResult;
using faultline::contracts::Contract;
using faultline::contracts::FindingClass;
using faultline::contracts::Verdict;

void require(bool holds) {
  if (!holds) std::abort();
}

void judge(const Contract& contract, const MessageView& message) {
  const CheckResult result = contract.check(message);
  bool is_wrong = false;
  for (const auto& violation : result.violations) {
    is_wrong = is_wrong || violation.kind == FindingClass::Violation;
    require(!violation.rule.empty());
    require(violation.contract.line == 0 || !violation.contract.file.empty());
  }
  require(is_wrong == (result.verdict == Verdict::Violates));
  if (result.verdict == Verdict::Conforms) {
    require(result.violations.empty() && result.unverifiable.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 8192;
  if (size > kSizeMax) return 0;
  const auto loaded = faultline::contracts::load_openapi("c.yaml", std::string(data, data + size));
  if (!loaded.contract) {
    bool has_error = false;
    for (const auto& diagnostic : loaded.diagnostics) {
      has_error = has_error || diagnostic.severity == DiagnosticSeverity::Error;
    }
    require(has_error);
    return 0;
  }
  for (const auto& diagnostic : loaded.diagnostics) {
    require(diagnostic.severity != DiagnosticSeverity::Error);
  }
  for (const auto& operation : loaded.contract->operations()) {
    const size_t space = operation.id.find(' ');
    const std::string method = operation.id.substr(0, space);
    const std::string target = operation.id.substr(space + 1) + "?a=1&b[c]=2&d=x,y";
    MessageView message;
    message.method = method;
    message.target = target;
    message.fields = {{"Content-Type", "application/json"}, {"Cookie", "a=b; c=d"}};
    message.body = "{\"a\":1,\"b\":[null,\"x\"]}";
    judge(*loaded.contract, message);
    message.direction = Direction::Response;
    message.status = 200;
    judge(*loaded.contract, message);
  }
  return 0;
}

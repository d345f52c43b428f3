// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/finding.h"
#include "contracts/sensitive.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/message_view.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {

/// What became of one message: exactly one of these, so that seen = the sum.
enum class Verdict : uint8_t { Conforms, Violates, Undocumented, Unverifiable };
[[nodiscard]] std::string_view verdict_name(Verdict verdict) noexcept;

struct CheckResult {
  Verdict verdict = Verdict::Conforms;
  std::string operation;              // "GET /pets/{id}"; empty when none matched
  std::vector<Violation> violations;  // at most limits::kViolationsPerMessage
  uint64_t violations_left_out = 0;
  /// Reasons for what could not be checked, with counts: "content-coding", "too large",
  /// "keyword:unevaluatedProperties", "media-type:application/xml".
  std::map<std::string, uint64_t> unverifiable;
};

/// One operation a contract declares and how often the run met it (coverage).
struct OperationInfo {
  std::string id;  // "GET /pets/{id}"
  std::string file;
  uint32_t line = 0;
};

/// One loaded contract. Immutable and thread-safe after load. Knows nothing of sockets: bytes in,
/// violations out.
class Contract {
 public:
  virtual ~Contract() = default;
  [[nodiscard]] virtual const std::string& file() const noexcept = 0;
  /// "openapi 3.0.3".
  [[nodiscard]] virtual std::string description() const = 0;
  /// Things the contract says that cannot be checked or look wrong, found at load time.
  [[nodiscard]] virtual const std::vector<Diagnostic>& load_warnings() const noexcept = 0;
  [[nodiscard]] virtual std::vector<OperationInfo> operations() const = 0;

  /// Checks one half. A response is checked against the operation of its request (method and
  /// target are on the view). Never throws, bounded in time and memory by limits.h.
  [[nodiscard]] virtual CheckResult check(const MessageView& message) const = 0;

  /// Places whose values the contract calls secret or personal, sorted by operation.
  [[nodiscard]] virtual const std::vector<SensitivePlace>& sensitive_places() const noexcept {
    static const std::vector<SensitivePlace> kNone;
    return kNone;
  }

  /// For schema drift: pointers to properties of the JSON body of that half that the contract
  /// declares and `body` holds, sorted; what `any: true` chooses from. Empty when none.
  struct DeclaredProperty {
    std::string pointer;  // concrete, into `body`
    bool is_required = false;
    std::vector<std::string> enum_json;  // members of its enum as JSON texts, if it has one
  };
  [[nodiscard]] virtual std::vector<DeclaredProperty> declared_properties(
      const MessageView& message, const json::Document& body) const = 0;
};

/// Loads an OpenAPI 3.0 or 3.1 document, YAML or JSON. The text is given, so this room opens no
/// file. On failure the diagnostics have at least one error with its place.
struct LoadResult {
  std::unique_ptr<Contract> contract;  // null on failure
  std::vector<Diagnostic> diagnostics;
};
[[nodiscard]] LoadResult load_openapi(std::string file_name, std::string text);

/// The contracts of a listener: a message is checked by the first that knows its operation; when
/// none does, the result is Undocumented (or Unverifiable("no contract") for an empty set).
class ContractSet {
 public:
  void add(std::shared_ptr<const Contract> contract);  // shared: snapshots share contracts
  [[nodiscard]] bool empty() const noexcept { return contracts_.empty(); }
  [[nodiscard]] const std::vector<std::shared_ptr<const Contract>>& contracts() const noexcept {
    return contracts_;
  }
  [[nodiscard]] CheckResult check(const MessageView& message) const;
  /// Of one half of an operation, by the first contract that marks any.
  [[nodiscard]] std::vector<const SensitivePlace*> sensitive_places(std::string_view operation,
                                                                    Direction direction) const;
  [[nodiscard]] std::vector<Contract::DeclaredProperty> declared_properties(
      const MessageView& message, const json::Document& body) const;

 private:
  std::vector<std::shared_ptr<const Contract>> contracts_;
};

}  // namespace faultline::contracts

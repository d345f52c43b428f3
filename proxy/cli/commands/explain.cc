// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/cli/commands/commands.h"
#include "rules/codes.h"

#include <fmt/core.h>

#include <array>
#include <string_view>
#include <vector>

namespace faultline::cli {
namespace {

/// The diagnostics about contracts and redaction: FL40xx refuse the contract, FL41xx are kept with
/// it, FL50xx refuse the policy.
struct ContractCode {
  std::string_view code;
  std::string_view title;
  std::string_view text;
};

constexpr std::array kContractCodes{
    ContractCode{"FL5001", "an operator that cannot bind",
                 "A row of redaction.operators names a class that `faultline redact classes` does "
                 "not list, or asks for an operator that would show a part of a secret: mask and "
                 "truncate are for personal data."},
    ContractCode{"FL4000", "a contract that cannot be read",
                 "The file does not exist, may not be read, or is too large. A path in a "
                 "configuration is relative to that configuration."},
    ContractCode{"FL4001", "the text is neither YAML nor JSON",
                 "The contract breaks the grammar of its format, so reading stops there."},
    ContractCode{"FL4002", "not an OpenAPI document",
                 "A contract begins with 'openapi: 3.0.x' or 'openapi: 3.1.x'."},
    ContractCode{"FL4003", "a version that is not supported",
                 "OpenAPI 3.0 and 3.1 are checked. Swagger 2.0 must be converted first."},
    ContractCode{"FL4004", "a part that is missing",
                 "The specification of the format requires this part, and nothing can be checked "
                 "without it."},
    ContractCode{"FL4005", "a reference that leads nowhere",
                 "A $ref must point to a place in the same document, and may not end in itself."},
    ContractCode{"FL4006", "a part of the wrong kind",
                 "Another kind of value belongs here, e.g. an object where a list stands."},
    ContractCode{"FL4007", "an unknown type",
                 "Types are string, number, integer, boolean, object, array and, in OpenAPI 3.1, "
                 "null; in an Avro schema primitive types and names that are defined further up."},
    ContractCode{"FL4008", "a keyword with a value it cannot have",
                 "The keyword would never hold or always hold, so it is most likely a mistake."},
    ContractCode{
        "FL4009", "a name used twice",
        "One object has the same name twice; readers disagree about which one counts. Or an "
        "Avro schema defines a type, a field or a symbol twice."},
    ContractCode{"FL4010", "a path that does not fit its parameters",
                 "A path begins with '/', and every {name} in it has a parameter with 'in: path'."},
    ContractCode{"FL4011", "an unknown word",
                 "Methods, styles, status codes, media types and places of parameters come from "
                 "a fixed list."},
    ContractCode{"FL4101", "a part that is not checked",
                 "The contract says more than this program checks. Messages that depend on it "
                 "count as unverifiable with this reason; they never pass silently."},
    ContractCode{"FL4102", "a pattern that is not checked",
                 "The regular expression needs what a linear-time engine has not (back references, "
                 "look-around). Texts that reach it count as unverifiable."},
    ContractCode{"FL4103", "two paths that match the same requests",
                 "Which of them describes a request is undefined. The one with the earlier literal "
                 "segment is taken, of two that have one shape the first."},
    ContractCode{"FL4104", "a part without effect",
                 "By the specification it means nothing in this place."},
    ContractCode{"FL4105", "a schema that contains itself",
                 "The schema is its own part without any value in between, so it says nothing. "
                 "Values that reach it count as unverifiable."},
    ContractCode{"FL4106", "a closed part beside others",
                 "'additionalProperties: false' sees only the properties of its own schema. Inside "
                 "'allOf' it turns down what the other parts declare. Where the dialect has it, "
                 "'unevaluatedProperties: false' beside 'allOf' sees all of them."},
    ContractCode{"FL4201", "a value that its schema does not allow",
                 "'faultline contract validate' names the keyword that does not hold, the place in "
                 "the value, and the line of the schema that asks for it."},
};

}  // namespace

int explain_command(const std::string& code, const Context& context) {
  if (const auto text = rules::explain(code)) {
    context.terminal.out(*text);
    return kDone;
  }
  std::vector<std::string_view> known;
  for (const auto& info : rules::codes()) known.push_back(info.code);
  for (const auto& info : kContractCodes) {
    if (info.code == code) {
      context.terminal.out(fmt::format("{}: {}\n\n{}\n", info.code, info.title, info.text));
      return kDone;
    }
    known.push_back(info.code);
  }
  context.terminal.complain(fmt::format("error: no diagnostic has the id '{}'", code));
  if (const auto near = did_you_mean(code, known)) {
    context.terminal.complain(fmt::format("help: did you mean {}?", *near));
  }
  return kUsage;
}

}  // namespace faultline::cli

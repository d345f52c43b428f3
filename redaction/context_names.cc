// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/context_names.h"

#include "redaction/classes.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace faultline::redaction {
namespace {

// Words that name more than numbers of persons: a rate, a table of routes, a sine.
constexpr std::array<std::string_view, 10> kAmbiguous{"bic", "ein",     "lei", "medicare", "mobile",
                                                      "pan", "routing", "rut", "sin",      "vat"};

std::vector<std::string> make_names() {
  std::vector<std::string> names;
  for (const auto& row : kContexts) {
    // A vendor's or a currency's name holds settings and rates more often than a value.
    const bool personal = class_info(row.class_id).domain != "secret" &&
                          class_info(row.class_id).tier == Tier::Context &&
                          row.class_id != ClassId::Bitcoin && row.class_id != ClassId::Ethereum;
    if (!personal) continue;
    for_each_part(row.words, [&](std::string_view word) {
      if (std::find(kAmbiguous.begin(), kAmbiguous.end(), word) != kAmbiguous.end()) return;
      std::string name(word);
      std::erase(name, '-');
      names.push_back(std::move(name));
    });
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

const std::vector<std::string>& context_names() {
  static const std::vector<std::string> kNames = make_names();
  return kNames;
}

NameKind context_name(std::string_view name) {
  const auto& names = context_names();
  return std::binary_search(names.begin(), names.end(), name, std::less<>()) ? NameKind::Pii
                                                                             : NameKind::None;
}

}  // namespace faultline::redaction

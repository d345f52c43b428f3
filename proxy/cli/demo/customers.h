// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::cli::demo {

/// A person nobody is: names from a list, everything else drawn, in valid forms.
struct Customer {
  std::string full_name;
  std::string email;
  std::string phone;  // E.164
  std::string iban;   // with correct check digits
  std::string card;   // passes the Luhn check
  std::string token;  // a JSON Web Token
};

/// The personal data and secrets of the demo: what must not be in the run folder afterwards. A
/// pure function of the seed, so that two demos send the same bytes.
struct PersonalData {
  std::vector<Customer> customers;
  std::string session;  // of the cookie
  std::string api_key;

  [[nodiscard]] static PersonalData make(uint64_t seed);
  /// Every value above: the texts a second scan looks for.
  [[nodiscard]] std::vector<std::string> canaries() const;
};

}  // namespace faultline::cli::demo

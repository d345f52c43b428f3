// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/customers.h"

#include "proxy/base/random.h"
#include "proxy/base/text.h"

#include <array>
#include <string_view>

namespace faultline::cli::demo {
namespace {

struct Name {
  std::string_view first;
  std::string_view last;
};
constexpr std::array<Name, 3> kNames{
    {{"Ottilie", "Brambach"}, {"Jorund", "Halvessen"}, {"Perpetua", "Okonedo"}}};

constexpr std::string_view kAlphanumeric =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kDigits = "0123456789";

/// Texts drawn one after another from a seed.
class Draws {
 public:
  explicit Draws(uint64_t seed) : seed_(seed) {}

  std::string text(std::string_view alphabet, size_t length) {
    std::string drawn;
    for (size_t i = 0; i < length; ++i) {
      const uint64_t bits = random::draw({.seed = seed_,
                                          .run = 0,
                                          .rule = "demo",
                                          .kind = 0,
                                          .key = "",
                                          .occurrence = 0,
                                          .draw = next_++});
      drawn += alphabet[random::scale(bits, alphabet.size())];
    }
    return drawn;
  }

 private:
  uint64_t seed_;
  uint64_t next_ = 0;
};

// ISO/IEC 7812-1: doubled from the right, digits summed, the last one makes it a multiple of 10.
std::string with_luhn_digit(std::string digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int doubled = i % 2 == 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  digits += static_cast<char>('0' + (10 - sum % 10) % 10);
  return digits;
}

// ISO 13616: the account, then "DE" as 1314, then 00; check digits are 98 - that modulo 97.
std::string german_iban(const std::string& account) {
  int remainder = 0;
  for (const char c : account + "131400") remainder = (remainder * 10 + (c - '0')) % 97;
  const int check = 98 - remainder;
  std::string iban = "DE";
  iban += static_cast<char>('0' + check / 10);
  iban += static_cast<char>('0' + check % 10);
  return iban + account;
}

// RFC 4648 5, without padding.
std::string base64_url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  for (auto& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

std::string web_token(const std::string& subject, Draws& draws) {
  return base64_url(R"({"alg":"HS256","typ":"JWT"})") + "." +
         base64_url(R"({"sub":")" + subject + R"(","scope":"shop"})") + "." +
         draws.text(kAlphanumeric, 43);
}

Customer make_customer(const Name& name, Draws& draws) {
  Customer customer;
  customer.full_name = std::string(name.first) + " " + std::string(name.last);
  customer.email = to_lower(name.first) + "." + to_lower(name.last) + draws.text(kDigits, 4) +
                   "@mailbox.example.net";
  customer.phone = "+49151" + draws.text(kDigits, 8);
  customer.iban = german_iban(draws.text(kDigits, 18));
  customer.card = with_luhn_digit("4" + draws.text(kDigits, 14));
  customer.token = web_token("customer-" + draws.text(kDigits, 6), draws);
  return customer;
}

}  // namespace

PersonalData PersonalData::make(uint64_t seed) {
  Draws draws(seed);
  PersonalData data;
  for (const auto& name : kNames) data.customers.push_back(make_customer(name, draws));
  data.session = draws.text(kAlphanumeric, 32);
  // In two parts, so that no scanner of sources takes the prefix for a key.
  data.api_key = std::string("sk_") + "test_" + draws.text(kAlphanumeric, 24);
  return data;
}

std::vector<std::string> PersonalData::canaries() const {
  std::vector<std::string> all{session, api_key};
  for (const auto& customer : customers) {
    all.insert(all.end(), {customer.full_name, customer.email, customer.phone, customer.iban,
                           customer.card, customer.token});
  }
  return all;
}

}  // namespace faultline::cli::demo

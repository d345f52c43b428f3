// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/result.h"
#include "proxy/base/uri.h"
#include "proxy/cli/demo/customers.h"

#include <memory>
#include <string>
#include <string_view>

namespace faultline::cli::demo {

/// What the shop answers: the whole response, ready for the wire. Pure but for the number of the
/// next order.
class ShopDesk {
 public:
  /// Borrows `people`.
  explicit ShopDesk(const PersonalData& people) : people_(people) {}
  [[nodiscard]] std::string answer(std::string_view method, std::string_view target);

 private:
  [[nodiscard]] std::string cart(uint64_t id) const;
  [[nodiscard]] std::string checkout();

  const PersonalData& people_;
  uint64_t next_order_ = 1001;
};

/// The sample system of the demo: a shop's HTTP API on loopback, with a thread and a loop of its
/// own. It breaks its contract in one place (sample.h) and answers with personal data. Destroying
/// it closes its connections and joins.
class Shop {
 public:
  /// Borrows clock and people.
  [[nodiscard]] static Result<std::unique_ptr<Shop>> start(const Clock& clock,
                                                           const PersonalData& people);
  ~Shop();
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  [[nodiscard]] HostPort address() const;

 private:
  struct Impl;
  explicit Shop(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::cli::demo

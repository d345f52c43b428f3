// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/loop.h"

#include <memory>
#include <utility>

namespace faultline::sim {

/// A connect on its way: destroying it tells the event that ends the connect that nobody wants it.
class Dialling final : public io::Connector {
 public:
  explicit Dialling(std::shared_ptr<bool> is_wanted) : is_wanted_(std::move(is_wanted)) {}
  ~Dialling() override { *is_wanted_ = false; }
  Dialling(const Dialling&) = delete;
  Dialling& operator=(const Dialling&) = delete;

 private:
  std::shared_ptr<bool> is_wanted_;  // shared with that event
};

}  // namespace faultline::sim

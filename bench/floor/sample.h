// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string_view>

namespace faultline::bench {

/// What an order service answers: nested, with personal data for the redactor to find. bench/run
/// has the contract for it.
inline constexpr std::string_view kSampleOrder =
    R"({"id":"ord-000184467","status":"paid","currency":"EUR","total":148.35,)"
    R"("customer":{"id":90210,"name":"Ada Example","email":"ada.example@example.test",)"
    R"("phone":"+49 30 5550100","card":"4111 1111 1111 1111"},"items":[)"
    R"({"sku":"A-1001","title":"Lamp","quantity":2,"price":39.90,"in_stock":true},)"
    R"({"sku":"B-2040","title":"Notebook","quantity":3,"price":12.85,"in_stock":true},)"
    R"({"sku":"C-0007","title":"Pens","quantity":1,"price":30.00,"in_stock":false}],)"
    R"("shipping":{"method":"parcel","days":3,"express":null}})"
    "\n";
static_assert(kSampleOrder.size() == 500);

}  // namespace faultline::bench

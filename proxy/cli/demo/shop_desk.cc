// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/cli/demo/shop.h"
#include "proxy/http/h1_codec.h"

#include <fmt/core.h>

#include <array>
#include <optional>

namespace faultline::cli::demo {
namespace {

struct Item {
  uint64_t id;
  std::string_view name;
  std::string_view price;
};
constexpr std::array<Item, 3> kItems{
    {{1, "bread knife", "12.50"}, {2, "tea towel", "4.20"}, {3, "cast iron pan", "38.00"}}};

constexpr std::string_view kNotFound = R"({"error":"there is no such thing"})";

std::string response(int status, std::string_view body, std::string_view extra_fields = "") {
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\nServer: demo-shop\r\n", status, http::reason_phrase(status));
  if (status != 204) {
    text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
  }
  text += extra_fields;
  text += "\r\n";
  text += body;
  return text;
}

std::string item_json(const Item& item) {
  return fmt::format(R"({{"id":{},"name":{},"price":{},"currency":"EUR"}})", item.id,
                     json_quote(item.name), item.price);
}

std::string all_items() {
  std::string body = "[";
  for (const auto& item : kItems) {
    if (body.size() > 1) body += ',';
    body += item_json(item);
  }
  return body + "]";
}

std::string one_item(uint64_t id) {
  for (const auto& item : kItems) {
    if (item.id == id) return response(200, item_json(item));
  }
  return response(404, kNotFound);
}

// The number behind `prefix`, when the path is that and nothing else.
std::optional<uint64_t> id_behind(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  return parse_u64(path.substr(prefix.size()));
}

}  // namespace

std::string ShopDesk::answer(std::string_view method, std::string_view target) {
  const std::string_view path = split_target(target).path;
  const Customer& customer = people_.customers.front();
  if (method == "GET" && path == "/items") return response(200, all_items());
  if (method == "POST" && path == "/checkout") return checkout();
  if (method == "GET" && path == "/orders") {
    return response(200, R"([{"order":"ord-0007","total":16.70,"currency":"EUR"}])");
  }
  if (method == "GET" && path == "/profile") {
    const std::string body = fmt::format(
        R"({{"full_name":{},"email":{},"phone":{},"iban":{},"token":{}}})",
        json_quote(customer.full_name), json_quote(customer.email), json_quote(customer.phone),
        json_quote(customer.iban), json_quote(customer.token));
    return response(200, body, "Set-Cookie: session=" + people_.session + "; Path=/; HttpOnly\r\n");
  }
  if (const auto id = id_behind(path, "/items/"); id && method == "GET") return one_item(*id);
  if (const auto id = id_behind(path, "/cart/")) {
    if (method == "GET") return cart(*id);
    if (method == "DELETE") return response(204, "");
  }
  return response(404, kNotFound);
}

std::string ShopDesk::cart(uint64_t id) const {
  const Customer& customer = people_.customers[id % people_.customers.size()];
  return response(200, fmt::format(R"({{"id":{},"customer_name":{},"customer_email":{},)"
                                   R"("lines":[{{"item":1,"quantity":1}}]}})",
                                   id, json_quote(customer.full_name), json_quote(customer.email)));
}

// The genuine bug: the contract says `total` is a number.
std::string ShopDesk::checkout() {
  return response(
      201, fmt::format(R"({{"order":"ord-{}","total":"12.50","currency":"EUR"}})", next_order_++));
}

}  // namespace faultline::cli::demo

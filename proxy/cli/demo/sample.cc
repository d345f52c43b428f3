// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/sample.h"

#include "proxy/base/text.h"
#include "proxy/base/units.h"

#include <fmt/core.h>

namespace faultline::cli::demo {
namespace {

constexpr std::string_view kContract = R"(openapi: 3.0.3
info: { title: Demo shop, version: 1.0.0 }
paths:
  /items:
    get:
      responses:
        '200':
          description: everything on sale
          content:
            application/json:
              schema:
                type: array
                items: { $ref: '#/components/schemas/Item' }
  /items/{id}:
    parameters: [ { $ref: '#/components/parameters/Id' } ]
    get:
      responses:
        '200':
          description: one item
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Item' }
        '404': { $ref: '#/components/responses/NotFound' }
  /cart/{id}:
    parameters: [ { $ref: '#/components/parameters/Id' } ]
    get:
      responses:
        '200':
          description: a cart and whose it is
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Cart' }
        '404': { $ref: '#/components/responses/NotFound' }
    delete:
      responses:
        '204': { description: the cart is empty }
  /orders:
    get:
      parameters:
        - { name: email, in: query, required: true, schema: { type: string, format: email } }
      responses:
        '200':
          description: earlier orders of a customer
          content:
            application/json:
              schema:
                type: array
                items: { $ref: '#/components/schemas/Order' }
  /checkout:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Payment' }
      responses:
        '201':
          description: the order is placed
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Order' }
  /profile:
    get:
      responses:
        '200':
          description: who is signed in
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Profile' }
components:
  parameters:
    Id: { name: id, in: path, required: true, schema: { type: integer, minimum: 1 } }
  responses:
    NotFound:
      description: there is no such thing
      content:
        application/json:
          schema:
            type: object
            required: [ error ]
            properties: { error: { type: string } }
  schemas:
    Item:
      type: object
      required: [ id, name, price, currency ]
      properties:
        id: { type: integer }
        name: { type: string, minLength: 1 }
        price: { type: number, minimum: 0 }
        currency: { type: string, enum: [ EUR, SEK ] }
    Cart:
      type: object
      required: [ id, customer_name, customer_email, lines ]
      properties:
        id: { type: integer }
        customer_name: { type: string }
        customer_email: { type: string, format: email }
        lines:
          type: array
          items:
            type: object
            required: [ item, quantity ]
            properties:
              item: { type: integer }
              quantity: { type: integer, minimum: 1 }
    Payment:
      type: object
      required: [ cart, card_number, email ]
      properties:
        cart: { type: integer }
        card_number: { type: string, minLength: 12 }
        email: { type: string, format: email }
    Order:
      type: object
      required: [ order, total, currency ]
      properties:
        order: { type: string }
        total: { type: number, minimum: 0 }
        currency: { type: string, enum: [ EUR, SEK ] }
    Profile:
      type: object
      required: [ full_name, email, phone, iban, token ]
      properties:
        full_name: { type: string }
        email: { type: string, format: email }
        phone: { type: string }
        iban: { type: string }
        token: { type: string }
)";

constexpr std::string_view kConfig = R"(version: 1
run: {{ name: checkout-chaos, seed: {seed}, artifacts: {artifacts} }}
gate: {{ flag: ATSH_ENABLED, environments: [preview, local, ci] }}
listeners:
  - name: shop
    listen: 127.0.0.1:0
    protocol: http
    upstream: http://{shop}
    contracts: [ ./{contract} ]
rules:
  - name: slow-cart
    match: {{ listener: shop, method: GET, path: /cart/:id }}
    fault: {{ latency: {{ fixed: {delay}, jitter: {jitter} }} }}
    chance: 20%
  - name: flaky-pay
    match: {{ listener: shop, method: POST, path: /checkout }}
    fault: {{ abort: {{ status: 503 }} }}
    nth: [1, 2]
  - name: drifting-price
    match: {{ listener: shop, path: /items }}
    fault: {{ schema_drift: {{ mutate: retype, pointer: /0/price }} }}
    every: 10
scenario:
  phases:
    - {{ name: warm-up, for: {warm_up}, rules: [] }}
    - {{ name: fault, for: {fault}, rules: [slow-cart, flaky-pay, drifting-price] }}
    - {{ name: recovery, for: {recovery}, rules: [] }}
mirror: {{ mode: lossless }}
redaction: {{ packs: [default] }}
report: {{ formats: [json, markdown, junit], fail_on: error }}
)";

}  // namespace

std::string sample_config(const SampleSettings& settings) {
  return fmt::format(fmt::runtime(kConfig), fmt::arg("seed", settings.seed),
                     // A JSON string is a YAML scalar, whatever characters the path has.
                     fmt::arg("artifacts", json_quote(settings.artifacts)),
                     fmt::arg("shop", format_host_port(settings.shop)),
                     fmt::arg("contract", kContractName),
                     fmt::arg("delay", format_duration(settings.cart_delay)),
                     fmt::arg("jitter", format_duration(settings.cart_delay / 4)),
                     fmt::arg("warm_up", format_duration(settings.phases[0])),
                     fmt::arg("fault", format_duration(settings.phases[1])),
                     fmt::arg("recovery", format_duration(settings.phases[2])));
}

std::string_view sample_contract() noexcept { return kContract; }

}  // namespace faultline::cli::demo

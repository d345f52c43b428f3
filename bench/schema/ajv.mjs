// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// ajv as it is used where speed matters: stops at the first error, strict mode off. `node ajv.mjs SCHEMA INSTANCES SECONDS` prints {compile_ns, validate_ns, valid, docs}.
import fs from "node:fs";
import Ajv from "ajv";
import Ajv2019 from "ajv/dist/2019.js";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import AjvDraft4 from "ajv-draft-04";

function classOf(dialect) {
  if (dialect.includes("2020-12")) return Ajv2020.default ?? Ajv2020;
  if (dialect.includes("2019-09")) return Ajv2019.default ?? Ajv2019;
  if (dialect.includes("draft-04")) return AjvDraft4.default ?? AjvDraft4;
  return Ajv.default ?? Ajv;
}

/// The validating function. Some schemas bring the metaschemas they refer to, which ajv refuses
/// when it has them itself; others want ajv's.
export function compile(schema) {
  const create = classOf(String(schema.$schema ?? ""));
  const attempt = (meta) => {
    const options = { strict: false, logger: false, validateSchema: false, meta };
    const ajv = new create(options);
    (addFormats.default ?? addFormats)(ajv);
    const copy = structuredClone(schema);
    if (!meta) delete copy.$schema;
    return ajv.compile(copy);
  };
  try {
    return attempt(false);
  } catch {
    return attempt(true);
  }
}

/// Until the optimising compiler is done: a second that brought less than 2 %, after three at least
/// and ten at most. The functions of large schemas take their time.
function warmUp(round) {
  let last = Infinity;
  for (let second = 1; second <= 10; ++second) {
    const end = process.hrtime.bigint() + 1_000_000_000n;
    let rounds = 0;
    for (; process.hrtime.bigint() < end; ++rounds) round();
    const taken = 1 / rounds;
    if (second >= 3 && taken > last * 0.98) return;
    last = Math.min(last, taken);
  }
}

function measure(validate, documents, seconds) {
  const round = () => {
    let valid = 0;
    for (const document of documents) valid += validate(document) ? 1 : 0;
    return valid;
  };
  warmUp(round);
  let best = Infinity;
  const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  while (process.hrtime.bigint() < end) {
    const from = process.hrtime.bigint();
    let rounds = 0;
    do {
      round();
      ++rounds;
    } while (process.hrtime.bigint() - from < 20_000_000n);
    best = Math.min(best, Number(process.hrtime.bigint() - from) / rounds / documents.length);
  }
  return { validate_ns: best, valid: round(), docs: documents.length };
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split("/").pop())) {
  const [schemaFile, instancesFile, seconds] = process.argv.slice(2);
  const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8"));
  const documents = fs
    .readFileSync(instancesFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const from = process.hrtime.bigint();
  const validate = compile(schema);
  validate(documents[0]);
  const compile_ns = Number(process.hrtime.bigint() - from);
  console.log(JSON.stringify({ compile_ns, ...measure(validate, documents, Number(seconds)) }));
}

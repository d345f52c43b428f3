// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// node prepare.mjs FOLDER: reads FOLDER/cases.json and the packages in FOLDER/packages, writes for
// each case FOLDER/cases/NAME/{schema.json,instances.jsonl}. Instances are files of packages where
// the case names some, otherwise made from the schema with a fixed seed. All of them are valid
// according to ajv, so that every validator does the whole work on each.
import fs from "node:fs";
import path from "node:path";
import { compile } from "./ajv.mjs";
import { createGenerator } from "json-schema-faker";

const kInstances = 64;
const kBytesMin = 40;
const kBytesMax = 16 * 1024;
const kAttempts = 600;

const folder = process.argv[2];
const { cases } = JSON.parse(fs.readFileSync(path.join(folder, "cases.json"), "utf8"));
const packages = path.join(folder, "packages");

/// Paths under `root` that match a glob of *, ** and plain text.
function find(root, glob) {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\//g, "\u0000")
    .replace(/\*/g, "[^/]*")
    .replace(/\u0000/g, "(?:.*/)?");
  const wanted = new RegExp(`^${pattern}$`);
  return fs
    .readdirSync(root, { recursive: true })
    .map(String)
    .filter((file) => wanted.test(file))
    .sort();
}

function fromPackages(entry) {
  const texts = [];
  for (const file of entry.instances.flatMap((glob) => find(packages, glob))) {
    let value;
    try {
      value = JSON.parse(fs.readFileSync(path.join(packages, file), "utf8"));
    } catch {
      continue; // not JSON: some packages ship files with comments
    }
    if (entry.only && !String(value.$schema ?? "").startsWith(entry.only)) continue;
    texts.push(JSON.stringify(value));
  }
  return texts;
}

async function generated(schema) {
  const texts = new Set();
  for (let seed = 1; seed <= kAttempts && texts.size < kInstances; ++seed) {
    // Sparse and full documents in turn.
    const generator = createGenerator({
      seed,
      alwaysFakeOptionals: false,
      optionalsProbability: (seed % 8) / 8,
      maxDepth: 6,
      failOnInvalidTypes: false,
    });
    try {
      texts.add(JSON.stringify(await generator.generate(structuredClone(schema))));
    } catch {
      // A construct the generator does not know: the next seed may take another branch.
    }
  }
  return [...texts];
}

for (const entry of cases) {
  const schema = JSON.parse(fs.readFileSync(path.join(packages, entry.schema), "utf8"));
  const target = path.join(folder, "cases", entry.name);
  fs.rmSync(target, { recursive: true, force: true });
  let validate;
  try {
    validate = compile(schema);
  } catch (error) {
    console.log(`${entry.name}: left out, ajv: ${error.message.slice(0, 100)}`);
    continue;
  }
  const texts = entry.instances ? fromPackages(entry) : await generated(schema);
  const valid = texts
    .filter((text) => text.length >= kBytesMin && text.length <= kBytesMax)
    .filter((text) => validate(JSON.parse(text)))
    .slice(0, kInstances);
  if (valid.length === 0) {
    console.log(`${entry.name}: left out, no valid instance in ${texts.length}`);
    continue;
  }
  fs.mkdirSync(target, { recursive: true });
  // The CLI peer wants a dialect; the schemas without one are of webpack's loaders, draft 7.
  schema.$schema ??= "http://json-schema.org/draft-07/schema#";
  // It also refuses a reference at the top, which hides what stands beside it up to draft 7.
  if (schema.$ref) {
    schema.allOf = [{ $ref: schema.$ref }];
    delete schema.$ref;
  }
  fs.writeFileSync(path.join(target, "schema.json"), JSON.stringify(schema, null, 2));
  fs.writeFileSync(path.join(target, "instances.jsonl"), valid.join("\n") + "\n");
  const bytes = valid.reduce((sum, text) => sum + text.length, 0);
  console.log(`${entry.name}: ${valid.length} instances, ${Math.round(bytes / valid.length)} bytes`);
}

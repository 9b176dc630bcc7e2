/** `schemas/` is the contract as others build against it: generated, complete, and of a form that every reader understands. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { type ContractSchema, contract, fileOf, schemaId, textOf, toDocument } from "../../scripts/contract.ts";
import { initialize } from "../../src/bridge/handshake.ts";
import { bridgeMethods } from "../../src/bridge/methods.ts";
import { methodResults } from "../../src/bridge/results.ts";
import { processOperations } from "../../src/capability/host-call.ts";
import { operationResults } from "../../src/capability/results.ts";
import { allTools } from "../../src/tools/all-tools.ts";
import { describeTools } from "../../src/tools/describe.ts";
import { toolOutputs } from "../../src/tools/schemas/outputs.ts";
import { contractVersion } from "../../src/tools/schemas/words.ts";

import { checkContract } from "../support/contract/check.ts";
import { sidesOf } from "../support/contract/example.ts";

/** Compiling the largest on a busy machine. */
const slow = 60_000;

type Node = Readonly<Record<string, unknown>>;

const entries: readonly ContractSchema[] = contract();
const accepted = entries.filter(({ side }) => side === "accepts");
const sent = entries.filter(({ side }) => side === "sends");
const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();

/** It refuses an id that is there twice. */
const ajv = new Ajv2020({ strict: true });
for (const entry of entries) ajv.addSchema(toDocument(entry));

describe("the published schemas", () => {
  it("are what src says: after a change run `npm run schemas` and look at the difference", () => {
    const found = jsonFiles("schemas").filter((file) => !file.startsWith("schemas/examples/"));
    expect(found.sort(), "files of schemas/").toEqual(entries.map(fileOf).sort());
    const stale = entries.filter((entry) => readFileSync(fileOf(entry), "utf8") !== textOf(entry)).map(fileOf);
    expect(stale, "changed in src: run npm run schemas").toEqual([]);
  });

  it("have an entry for every tool, method and operation, and for nothing else", () => {
    expect(Object.keys(toolOutputs).sort()).toEqual(namesOf(allTools));
    expect(Object.keys(methodResults).sort()).toEqual(namesOf(bridgeMethods));
    expect(Object.keys(operationResults).sort()).toEqual(namesOf(processOperations));
  });

  it("are of the version that the bridge speaks", async () => {
    const context = { connection: { canApprove: false, client: {} } } as Parameters<typeof initialize.run>[1];
    const params = { protocol_versions: [contractVersion], capabilities: {} };
    expect(await initialize.run(params, context)).toMatchObject({ result: { protocol_version: contractVersion } });
  });

  it.each(entries.map((entry) => [fileOf(entry), entry] as const))("%s compiles strictly", (_, { path }) => {
    expect(ajv.getSchema(schemaId(path))?.schema).toMatchObject({ $id: schemaId(path), type: "object" });
  });

  it("each stand alone", () => {
    const references = entries.flatMap((entry) => nodesOf(toDocument(entry)).flatMap(({ $ref: to }) => to ?? []));
    expect(references.filter((to) => !String(to).startsWith("#/$defs/"))).toEqual([]);
  });
});

describe("what we accept", () => {
  it("is what tool/list says", () => {
    const listed = describeTools().map(({ name, description, input_schema: schema }) => ({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: schemaId(`tools/${name}.input`),
      title: `${name}: input`,
      ...schema,
      description,
    }));
    const published = accepted.filter(({ path }) => path.startsWith("tools/")).map(toDocument);
    expect(published).toEqual(listed);
  });

  it("is closed at the root, and says so without alternatives: every model's interface takes it", () => {
    const odd = accepted.filter((entry) => {
      const root = toDocument(entry);
      const isPlain = ["anyOf", "oneOf", "allOf", "not", "$ref"].every((word) => !(word in root));
      return !isPlain || root["type"] !== "object" || root["additionalProperties"] !== false;
    });
    expect(odd.map(fileOf)).toEqual([]);
  });
});

describe("what we accept may leave out", () => {
  it("says of itself what it is", () => {
    const bare = accepted.flatMap((entry) => {
      const { properties = {}, required = [] } = toDocument(entry) as Shape;
      const optional = Object.entries(properties).filter(([name]) => !required.includes(name));
      return optional
        .filter(([, { description }]) => description === undefined)
        .map(([name]) => `${entry.path}: ${name}`);
    });
    expect(bare).toEqual([]);
  });
});

interface Shape {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  readonly required?: readonly string[];
}

describe("what we send", () => {
  it.each(["report"])("says of each of its fields what it is: %s", (path) => {
    const entry = entries.find((each) => each.path === path);
    const nodes = entry === undefined ? [] : nodesOf(toDocument(entry));
    const bare = nodes.flatMap(({ properties = {} }) =>
      Object.entries(properties as Readonly<Record<string, Node>>)
        .filter(([, { description, $ref: to }]) => description === undefined && to === undefined)
        .map(([name]) => name),
    );
    expect(nodes.length).toBeGreaterThan(50);
    expect(bare).toEqual([]);
  });

  it("is what fits: data of an error is not just any object", () => {
    expect(() => checkContract("bridge/error", { code: 1, message: "", data: { nearest: null } })).not.toThrow();
    expect(ajv.validate(schemaId("bridge/error"), { code: 1, message: "", data: { kind: "strange" } })).toBe(false);
    expect(ajv.validate(schemaId("bridge/error"), { code: 1, message: "", data: {} })).toBe(false);
  });

  it("is open: a reader passes over the fields it does not know", () => {
    const closed = sent.filter((entry) =>
      nodesOf(toDocument(entry)).some((node) => node["additionalProperties"] === false),
    );
    expect(closed.map(fileOf)).toEqual([]);
  });
});

describe("the recorded examples", () => {
  const files = jsonFiles("schemas/examples");
  // Whoever was built on them goes on working within this version.
  it.each(files)("%s is still what the schemas describe", { timeout: slow }, (file) => {
    const { input, output } = JSON.parse(readFileSync(file, "utf8")) as { input: unknown; output: unknown };
    const sides = sidesOf({ path: pathOf(file) });
    expect(ajv.validate(schemaId(sides.input), input), ajv.errorsText()).toBe(true);
    expect(() => checkContract(sides.output, output)).not.toThrow();
  });

  it("show every answer but the list of tools, which is itself schemas", () => {
    const shown = new Set([...files.map((file) => sidesOf({ path: pathOf(file) }).output), "bridge/tool/list.result"]);
    const answers = sent.map(({ path }) => path).filter((path) => /\.(?:output|result)$/.test(path));
    expect(
      answers.filter((path) => !shown.has(path)),
      "run npm run schemas:examples",
    ).toEqual([]);
  });
});

describe("names of fields", () => {
  it("are in snake_case", () => {
    const odd = entries.flatMap((entry) =>
      nodesOf(toDocument(entry))
        .flatMap((node) => Object.keys((node["properties"] ?? {}) as Node))
        .filter((name) => !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name))
        .map((name) => `${entry.path}: ${name}`),
    );
    expect(odd).toEqual([]);
  });
});

function pathOf(file: string): string {
  return dirname(relative("schemas/examples", file));
}

function jsonFiles(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".json")).map((file) => `${folder}/${file}`);
}

/** Every object in a document. */
function nodesOf(value: unknown): Node[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : [value as Node]), ...Object.values(value).flatMap(nodesOf)];
}

/** The contract as JSON Schemas (draft 2020-12), one for each side of a tool, a method and an operation: what `schemas/` has, by path. */
import { z } from "zod";
import type { JsonObject } from "../src/base/json.ts";
import { bridgeMethods } from "../src/bridge/methods.ts";
import { cancelRequestParams, outgoing, receivedParams, rpcError } from "../src/bridge/outgoing.ts";
import { methodResults } from "../src/bridge/results.ts";
import { processOperations } from "../src/capability/host-call.ts";
import { operationResults } from "../src/capability/results.ts";
import { allTools } from "../src/tools/all-tools.ts";
import { inputSchema } from "../src/tools/input-schema.ts";
import { error } from "../src/tools/schemas/error.ts";
import { message } from "../src/tools/schemas/message.ts";
import { toolOutputs } from "../src/tools/schemas/outputs.ts";
import { report } from "../src/tools/schemas/report.ts";
import { snapshot } from "../src/tools/schemas/snapshot.ts";
import { contractVersion } from "../src/tools/schemas/words.ts";

export interface ContractSchema {
  /** Below `schemas/`, without the ending; part of the id. */
  readonly path: string;
  readonly description: string;
  /** `accepts`: we refuse what does not fit. `sends`: there may be further fields, which a reader ignores. */
  readonly side: "accepts" | "sends";
  readonly schema: z.ZodType;
}

export function contract(): readonly ContractSchema[] {
  return [...nouns, ...tools(), ...methods(), ...sentByTheBridge(), ...operations()];
}

/** Independent of hosts, and the same until the contract changes its meaning. */
export function schemaId(path: string): string {
  return `urn:longhand:${contractVersion}:${path.replace(".", "/")}`;
}

/** As people call it: `session/open: params`, `run_command: output`, `process.spawn: result`. */
function titleOf(path: string): string {
  const [file = "", side] = path.split(".");
  const name = names[file] ?? file.replace(/^process\//, "process.").replace(/^(tools|bridge)\//, "");
  return side === undefined ? name : `${name}: ${side}`;
}

/** What is called otherwise than its file. */
const names: Readonly<Record<string, string>> = {
  report: "Report",
  snapshot: "Snapshot",
  message: "Message",
  error: "Error",
  "bridge/error": "Error object of the bridge",
  "bridge/cancel_request": "$/cancel_request",
  "bridge/received": "$/received",
};

export function toDocument({ path, description, schema }: ContractSchema): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: schemaId(path),
    title: titleOf(path),
    // Whoever reads an answer accepts it, hence as an input for both sides.
    ...rooted(inputSchema(schema)),
    description,
  };
}

/** An object at the root, also where it is one of several, or has a name of its own elsewhere. */
function rooted({ $ref: reference, $defs: named = {}, ...schema }: JsonObject): JsonObject {
  const definitions = named as Record<string, JsonObject>;
  const name = typeof reference === "string" ? reference.replace("#/$defs/", "") : "";
  const { [name]: own = {}, ...others } = definitions;
  return { type: "object", ...schema, ...own, ...(Object.keys(others).length === 0 ? {} : { $defs: others }) };
}

const nouns: readonly ContractSchema[] = [
  ["report", "How a command or an operation ended.", report],
  ["snapshot", "A command or an operation that runs, as it is now.", snapshot],
  ["message", "A message of an inbox.", message],
  ["error", "What longhand could not do. A command that fails is a result, not this.", error],
].map(([path, description, schema]) => ({ path, description, schema, side: "sends" }) as ContractSchema);

function tools(): ContractSchema[] {
  return allTools.flatMap(({ name, description, input }) => [
    accepts(`tools/${name}.input`, description, input),
    sends(`tools/${name}.output`, `What ${name} answers: data of its result.`, toolOutputs[name]),
  ]);
}

function methods(): ContractSchema[] {
  return bridgeMethods.flatMap(({ name, description, params }) => [
    accepts(`bridge/${name}.params`, description, params),
    sends(`bridge/${name}.result`, `What ${name} answers.`, methodResults[name]),
  ]);
}

function sentByTheBridge(): ContractSchema[] {
  const messages = Object.entries(outgoing).flatMap(([name, { description, params, result }]) => [
    sends(`bridge/${name}.params`, description, params),
    ...(result === undefined ? [] : [sends(`bridge/${name}.result`, `What a client answers to ${name}.`, result)]),
  ]);
  const cancel = "The notification $/cancel_request, in both directions: that request is not needed any more.";
  return [
    ...messages,
    sends("bridge/cancel_request.params", cancel, cancelRequestParams),
    sends("bridge/received.params", "The notification $/received: the client has the answer.", receivedParams),
    sends("bridge/error", "The error object of an answer.", rpcError),
  ];
}

function operations(): ContractSchema[] {
  return processOperations.flatMap(({ name, params }) => [
    accepts(`process/${name}.params`, `Params of host/call process ${name}.`, params),
    sends(`process/${name}.result`, `What host/call process ${name} answers.`, operationResults[name]),
  ]);
}

function accepts(path: string, description: string, schema: z.ZodType): ContractSchema {
  return { path, description, schema, side: "accepts" };
}

/** Without a schema anything fits; a pin says that there is one. */
function sends(path: string, description: string, schema: z.ZodType = z.object({})): ContractSchema {
  return { path, description, schema, side: "sends" };
}

export function fileOf({ path }: Pick<ContractSchema, "path">): string {
  return `schemas/${path}.json`;
}

/** As it is written: a line for each field, so that a change is a change of its lines. */
export function textOf(schema: ContractSchema): string {
  return `${JSON.stringify(toDocument(schema), null, 2)}\n`;
}

/** Commands that serve, started with a wait for readiness. */
import type { JsonObject } from "../../src/base/json.ts";
import { shellQuote } from "../../src/process/shell-quote.ts";
import type { Session } from "../../src/session/session.ts";
import { fixture } from "./process-observer.ts";

const node = shellQuote(process.execPath);
export const server = (...args: (string | number)[]) => `${node} ${fixture("server.mjs")} ${args.join(" ")}`;

/** Long enough for the slowest machine: what is waited for comes, or something is broken. */
const patience = 60_000;

export function startReady(
  session: Session,
  command: string,
  ready: JsonObject,
  more: object = {},
  options: object = {},
) {
  return session.call("run_command", { command, ready: { timeout_ms: patience, ...ready }, ...more }, options);
}

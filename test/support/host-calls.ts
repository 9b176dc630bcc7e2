/** `host_call("process", …)` as tests write it. */
import type { JsonObject } from "../../src/base/json.ts";
import type { Session } from "../../src/session/session.ts";

export interface Processes {
  /** `process.OPERATION`. */
  host(operation: string, params?: object, options?: { readonly signal?: AbortSignal }): Promise<JsonObject>;
  /** The handle of a shell text that runs. */
  spawn(script: string, params?: object): Promise<string>;
  poll(handleId: string, params?: object): Promise<JsonObject>;
  wait(handleId: string, params?: object): Promise<JsonObject>;
  kill(handleId: string): Promise<JsonObject>;
  release(handleId: string): Promise<JsonObject>;
}

export function processesOf(session: Pick<Session, "hostCall">): Processes {
  const host: Processes["host"] = (operation, params, options) =>
    session.hostCall("process", operation, params, options);
  return {
    host,
    async spawn(script, params = {}) {
      return String((await host("spawn", { argv: ["sh", "-c", script], ...params }))["handle_id"]);
    },
    poll: (handle_id, params = {}) => host("poll", { handle_id, ...params }),
    wait: (handle_id, params = {}) => host("wait", { handle_id, ...params }),
    kill: (handle_id) => host("kill", { handle_id }),
    release: (handle_id) => host("release", { handle_id }),
  };
}

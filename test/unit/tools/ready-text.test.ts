import { describe, expect, it } from "vitest";
import type { Holder } from "../../../src/handle/port-holder.ts";
import type { Readiness, ReadyCondition } from "../../../src/handle/readiness.ts";
import { readyAdvice, readyFacts } from "../../../src/tools/ready-text.ts";
import { readyToWire } from "../../../src/tools/ready-wire.ts";

const port: ReadyCondition = { kind: "port", port: 8000, owner: "tree" };
const http: ReadyCondition = { kind: "http", url: new URL("http://localhost:8000/"), owner: "tree" };
const stranger: Holder = { port: 8000, address: "::", uid: 0, pid: 4711, name: "python3", handle: null };
const ours: Holder = { ...stranger, handle: { handleId: "hto-x", alias: 1, command: "python3 -m http.server 8000" } };
const not = (
  because: "ended" | "timeout" | "port_taken" | "other_network" | "given_up",
  more: object = {},
): Readiness => ({
  ready: false,
  because,
  afterMs: 30_000,
  holder: null,
  status: null,
  ...more,
});

describe("readiness for a model", () => {
  it.each<[Readiness, ReadyCondition, string[]]>([
    [{ ready: true, afterMs: 1, by: "port", port: 8000, address: "::", pid: 1 }, port, ["ready: port 8000"]],
    [
      { ready: true, afterMs: 1, by: "http", url: "http://localhost:8000/", status: 200, address: "::1" },
      http,
      ["ready: http://localhost:8000/ answers 200"],
    ],
    [
      { ready: true, afterMs: 1, by: "pattern", match: "up [now]\n", stream: "combined", offset: 3 },
      port,
      ['ready: "up (now)"'],
    ],
    [not("timeout"), port, ["NOT ready after 30s: it does not listen on port 8000"]],
    [not("timeout"), http, ["NOT ready after 30s: it does not answer on port 8000"]],
    [not("timeout", { status: 503 }), http, ["NOT ready after 30s: http://localhost:8000/ answers 503"]],
    [
      not("port_taken", { holder: ours }),
      port,
      ["NOT ready: port 8000 is held by python3 4711 = h1 (python3 -m http.server 8000)"],
    ],
    [not("port_taken", { holder: stranger }), port, ["NOT ready: port 8000 is held by python3 4711"]],
    [
      not("port_taken", { holder: { ...stranger, pid: null, name: null, uid: 33 } }),
      port,
      ["NOT ready: port 8000 is held by a process of user 33"],
    ],
    [not("ended"), port, ["NOT ready: it ended first"]],
    [not("ended", { holder: stranger }), port, ["NOT ready: it ended first; port 8000 is held by python3 4711"]],
    [not("other_network"), http, ["NOT ready: it listens in a network of its own"]],
    [not("given_up"), port, ["readiness was not waited for any longer"]],
  ])("%j", (readiness, condition, facts) => {
    expect(readyFacts(readiness, condition)).toEqual(facts);
  });

  it("says what to do about a port that is taken, and that the code is not to blame", () => {
    expect(readyAdvice(not("port_taken", { holder: ours }))).toBe(
      "[port 8000 is in use, which is no fault of the code: cancel_handle h1 and start again, or use another port]",
    );
    expect(readyAdvice(not("ended", { holder: stranger }))).toContain("use another port, or ask the user");
    expect(readyAdvice(not("timeout"))).toBeNull();
  });
});

describe("readiness on the wire", () => {
  it("has no field that says nothing", () => {
    expect(readyToWire(not("timeout"))).toEqual({ ready: false, because: "timeout", after_ms: 30_000 });
    expect(readyToWire(not("timeout", { status: 503 }))).toMatchObject({ status: 503 });
  });

  it("names the holder in the words of the other answers", () => {
    expect(readyToWire(not("port_taken", { holder: ours }))).toMatchObject({
      holder: {
        port: 8000,
        address: "::",
        uid: 0,
        pid: 4711,
        command_name: "python3",
        handle_id: "hto-x",
        alias: "h1",
      },
    });
    expect(readyToWire(not("port_taken", { holder: stranger }))).toMatchObject({
      holder: { handle_id: null, alias: null, command: null },
    });
  });
});

/** Requests both ways: each answered once, in whatever order, and cancelled by id. */
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import { LineWriter } from "../../../src/rpc/line-writer.ts";
import { abandonable, Peer, type PeerHandlers } from "../../../src/rpc/peer.ts";
import { RpcError } from "../../../src/rpc/rpc-error.ts";
import { turn } from "../../support/fake-engine.ts";

interface PeerSettings {
  readonly maxInFlight?: number;
  readonly isUrgent?: (method: string) => boolean;
  readonly notification?: PeerHandlers["notification"];
  readonly received?: NonNullable<PeerHandlers["received"]>;
}

function peerWith(
  request: PeerHandlers["request"],
  { isUrgent = () => false, notification, received, ...options }: PeerSettings = {},
) {
  const output = new PassThrough();
  const log: string[] = [];
  const notified: string[] = [];
  const peer = new Peer({
    writer: new LineWriter(output),
    handlers: {
      request,
      isUrgent,
      ...(received === undefined ? {} : { received }),
      notification(method, params, signal) {
        notified.push(method);
        return notification?.(method, params, signal);
      },
    },
    log: (line) => void log.push(line),
    ...options,
  });
  const sent = async (): Promise<unknown[]> => {
    await turn();
    const chunks: Buffer[] = [];
    for (let chunk = output.read(); chunk !== null; chunk = output.read()) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as unknown]));
  };
  const receive = (message: object): void => peer.receive(JSON.stringify({ jsonrpc: "2.0", ...message }));
  return { peer, log, notified, sent, receive };
}

const never = (): Promise<never> => new Promise(() => {});

describe("requests of the other side", () => {
  it("are answered in the order in which they end", async () => {
    const gates = new Map<string, PromiseWithResolvers<void>>();
    const { receive, sent } = peerWith(async (method) => {
      const gate = Promise.withResolvers<void>();
      gates.set(method, gate);
      await gate.promise;
      return { result: method };
    });
    receive({ id: 1, method: "slow" });
    receive({ id: "1", method: "quick" });
    gates.get("quick")?.resolve();
    expect(await sent()).toEqual([{ jsonrpc: "2.0", id: "1", result: "quick" }]);
    gates.get("slow")?.resolve();
    expect(await sent()).toEqual([{ jsonrpc: "2.0", id: 1, result: "slow" }]);
  });

  it.each([
    ["missing_parameter", -32_602],
    ["invalid_parameter", -32_602],
    ["not_found", -32_602],
    ["internal", -32_603],
    ["capacity", -32_000],
    ["conflict", -32_000],
    ["policy_denied", -32_000],
  ] as const)("that fail with %s are answered with %i and the error of the contract", async (kind, code) => {
    const error = new LonghandError(kind, "why", { param: "p" });
    const { receive, sent } = peerWith(() => Promise.reject(error));
    receive({ id: 1, method: "m" });
    expect(await sent()).toEqual([{ jsonrpc: "2.0", id: 1, error: { code, message: "why", data: error.toJSON() } }]);
  });

  it("that meet a defect of ours are answered, and the log has the place", async () => {
    const { receive, sent, log } = peerWith(() => Promise.reject(new TypeError("x is not a function")));
    receive({ id: 1, method: "m" });
    expect(await sent()).toMatchObject([{ id: 1, error: { code: -32_603, data: { kind: "internal" } } }]);
    expect(log.join()).toMatch(/m failed: TypeError: x is not a function\n.*peer\.test/);
  });

  it("with an id that is in flight are refused without touching the first", async () => {
    const gate = Promise.withResolvers<{ result: string }>();
    const { receive, sent } = peerWith(() => gate.promise);
    receive({ id: 7, method: "m" });
    receive({ id: 7, method: "m" });
    expect(await sent()).toMatchObject([{ id: null, error: { code: -32_600, data: { id: 7 } } }]);
    gate.resolve({ result: "first" });
    expect(await sent()).toEqual([{ jsonrpc: "2.0", id: 7, result: "first" }]);
    receive({ id: 7, method: "m" });
    expect(await sent()).toEqual([{ jsonrpc: "2.0", id: 7, result: "first" }]);
  });

  it("are refused beyond the bound", async () => {
    const { receive, sent } = peerWith(never, { maxInFlight: 2 });
    for (const id of [1, 2, 3]) receive({ id, method: "m" });
    expect(await sent()).toMatchObject([{ id: 3, error: { code: -32_000, data: { kind: "capacity" } } }]);
  });

  it("beyond the bound are carried out all the same when they end something, up to a bound of their own", async () => {
    const { receive, sent } = peerWith(never, { maxInFlight: 2, isUrgent: (method) => method === "end" });
    for (const id of [1, 2]) receive({ id, method: "m" });
    for (const id of ["a", "b", "c"]) receive({ id, method: "end" });
    expect(await sent()).toMatchObject([{ id: "c", error: { data: { kind: "capacity" } } }]);
  });

  it("are cancelled by id, with the reason", async () => {
    const { receive, sent } = peerWith((_method, _params, signal) =>
      abandonable(never(), signal).catch((error: unknown) => {
        expect(signal.reason).toBe("changed my mind");
        throw error;
      }),
    );
    receive({ id: 1, method: "m" });
    receive({ method: "$/cancel_request", params: { id: "1" } });
    expect(await sent()).toEqual([]);
    receive({ method: "$/cancel_request", params: { id: 1, reason: "changed my mind" } });
    expect(await sent()).toMatchObject([{ id: 1, error: { code: -32_800 } }]);
  });
});

describe("notifications", () => {
  it("never get an answer, malformed or unknown", async () => {
    const { receive, sent, log, notified, peer } = peerWith(never);
    receive({ method: "m" });
    receive({ method: "m", params: 1 });
    peer.receive('{"method":"m"}');
    receive({ id: "lh-99", result: 1 });
    expect(await sent()).toEqual([]);
    expect(notified).toEqual(["m"]);
    expect(log).toHaveLength(3);
  });

  it.each([undefined, {}, [], [1], { id: null }, { id: {} }, { id: true }])(
    "about a request that say of none which are a line in the log: %j",
    async (params) => {
      const ids: unknown[] = [];
      const { receive, sent, log, notified } = peerWith(never, { received: (id) => void ids.push(id) });
      for (const method of ["$/cancel_request", "$/received"]) receive({ method, params });
      expect(log).toEqual([
        'notification "$/cancel_request": id must be a string or a number',
        'notification "$/received": id must be a string or a number',
      ]);
      expect([await sent(), notified, ids]).toEqual([[], [], []]);
    },
  );

  it("about a request that was answered, or never made, are no mistake", () => {
    const ids: unknown[] = [];
    const { receive, log } = peerWith(never, { received: (id) => void ids.push(id) });
    for (const method of ["$/cancel_request", "$/received"]) receive({ method, params: { id: 5 } });
    expect(log).toEqual([]);
    expect(ids).toEqual([5]);
  });

  it("about a request are heard when everything is taken", async () => {
    const ids: unknown[] = [];
    const work: PeerHandlers["request"] = (_method, _params, signal) => abandonable(never(), signal);
    const { receive, sent, log } = peerWith(work, { maxInFlight: 1, received: (id) => void ids.push(id) });
    receive({ id: 1, method: "m" });
    receive({ method: "$/received", params: { id: 0 } });
    receive({ method: "$/cancel_request", params: { id: 1 } });
    expect(ids).toEqual([0]);
    expect(await sent()).toMatchObject([{ id: 1, error: { code: -32_800 } }]);
    expect(log).toEqual([]);
  });
});

describe("a line before its turn", () => {
  it("is taken when it answers us, or ends something that is there", async () => {
    const { peer, receive, sent } = peerWith((_method, _params, signal) => abandonable(never(), signal), {
      isUrgent: (method) => method === "end",
    });
    const ahead = (message: object): boolean => peer.receiveAhead(JSON.stringify({ jsonrpc: "2.0", ...message }));
    receive({ id: 1, method: "m" });
    expect(ahead({ id: 2, method: "m" })).toBe(false);
    expect(ahead({ method: "m" })).toBe(false);
    expect(ahead({ method: "$/cancel_request", params: { id: 2 } })).toBe(false);
    expect(peer.receiveAhead("{")).toBe(false);
    expect(await sent()).toEqual([]);
    expect(ahead({ method: "$/cancel_request", params: { id: 1 } })).toBe(true);
    expect(ahead({ method: "end" })).toBe(true);
    const question = peer.request("q", {});
    expect(ahead({ id: "lh-1", result: 7 })).toBe(true);
    expect(await question).toBe(7);
    expect(await sent()).toMatchObject([{ id: "lh-1" }, { id: 1, error: { code: -32_800 } }]);
  });
});

describe("a notification that is carried out", () => {
  it("and fails is a line in the log, and the end waits for it", async () => {
    const gate = Promise.withResolvers<void>();
    const { peer, receive, sent, log } = peerWith(never, { notification: () => gate.promise });
    receive({ method: "m" });
    let isClosed = false;
    const closing = peer.close("the end").then(() => {
      isClosed = true;
    });
    expect(await sent()).toEqual([]);
    expect(isClosed).toBe(false);
    gate.reject(new RpcError(-32_602, "no such thing"));
    await closing;
    expect(log).toEqual(['notification "m": no such thing']);
  });

  it("beyond the bound is not", async () => {
    const { receive, notified, log } = peerWith(never, { maxInFlight: 1, notification: never });
    for (let i = 0; i < 3; i++) receive({ method: "m" });
    expect(notified).toEqual(["m"]);
    expect(log).toHaveLength(2);
  });
});

describe("requests of ours", () => {
  it("resolve with the result and reject with the error", async () => {
    const { peer, receive, sent } = peerWith(never);
    const [yes, no] = [peer.request("q", { n: 1 }), peer.request("q", { n: 2 })];
    expect(await sent()).toMatchObject([{ id: "lh-1", params: { n: 1 } }, { id: "lh-2" }]);
    receive({ id: "lh-2", error: { code: 5, message: "no" } });
    receive({ id: "lh-1", result: "yes" });
    expect(await yes).toBe("yes");
    await expect(no).rejects.toMatchObject(new RpcError(5, "no"));
  });

  it("tell the other side when they became void, and take no late answer amiss", async () => {
    const { peer, receive, sent, log } = peerWith(never);
    const abort = new AbortController();
    const question = peer.request("q", {}, { signal: abort.signal });
    await sent();
    abort.abort();
    await expect(question).rejects.toMatchObject({ code: -32_800 });
    expect(await sent()).toEqual([{ jsonrpc: "2.0", method: "$/cancel_request", params: { id: "lh-1" } }]);
    receive({ id: "lh-1", result: "late" });
    expect(log).toEqual([]);
  });
});

describe("the end", () => {
  it("cancels what is in flight, gives up our questions, and resolves when all have settled", async () => {
    const { peer, receive, sent } = peerWith((_method, _params, signal) => abandonable(never(), signal));
    receive({ id: 1, method: "m" });
    const question = peer.request("q", {});
    const expected = expect(question).rejects.toMatchObject({ message: "the end" });
    await peer.close("the end");
    await expected;
    expect(await sent()).toMatchObject([{ id: "lh-1" }, { id: 1, error: { code: -32_800 } }]);
    await expect(peer.request("q", {})).rejects.toMatchObject({ message: "the end" });
  });
});

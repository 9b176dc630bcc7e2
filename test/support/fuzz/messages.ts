/** Messages that a client may send, each as it should be: what is mutated. No tool that looks at the disk, since nobody knows where. */
import type { Random } from "./random.ts";

const calls = ["a", "b", "c", "ü\u{1f989}"];
const claims = ["clm_00000000000000000000000000", "h1"];

const about = (random: Random) => ({ handle_id: random.pick(["h1", "h2", "hto-none", "cmd_none"]) });

type Params = (random: Random, session: { readonly session_id: string }) => object;

const tools: Readonly<Record<string, Params>> = {
  run_command: (random) =>
    random.pick([
      { command: "make" },
      { command: "make", background: true, label: "build" },
      { argv: ["echo", "hi"], timeout_ms: 1_000, capture: { stdout: true, stderr: false, max_inline_bytes: 10 } },
      { command: "cat", stdin: "text", env: { A: "b" }, background_after_ms: 10 },
    ]),
  wait_command: (random) => ({ ...about(random), timeout_ms: random.pick([0, 50]) }),
  wait_command_output: (random) => ({ ...about(random), pattern: "x+", timeout_ms: 10 }),
  read_command_output: (random) => ({ ...about(random), offset: 0, length: 100 }),
  write_stdin: (random) => ({ ...about(random), text: "y\n" }),
  cancel_handle: (random) => ({ ...about(random), reason: "enough" }),
  list_handles: () => ({ state: "any" }),
  drain_inbox: () => ({ max_messages: 5 }),
  inspect_test_results: (random) => about(random),
};

const methods: Readonly<Record<string, Params>> = {
  initialize: () => ({
    protocol_versions: ["2026-11-01"],
    client: { name: "fuzz", version: "1" },
    capabilities: { approval: true, receipts: true },
  }),
  "session/open": (random, session) => ({ ...session, on_close: "stop", keep: random.chance(0.5) }),
  "session/close": (_random, session) => session,
  "session/cancel_tool_call": (random, session) => ({
    ...session,
    tool_call_id: random.pick(calls),
    reason: "why not",
    inject_reminder: random.chance(0.5),
    timeout_ms: random.pick([0, 20]),
  }),
  "session/calls": (_random, session) => session,
  "session/move_to_background": (random, session) => ({ ...session, call_id: random.pick(calls) }),
  "session/digest": (_random, session) => session,
  "tool/list": () => ({}),
  "tool/call": (random, session) => {
    const name = random.pick(Object.keys(tools));
    const named = { call_id: random.pick(calls), output: true, request_id: random.pick(["r1", "r2"]) };
    return { ...session, name, input: tools[name]?.(random, session), ...(random.chance(0.5) ? named : {}) };
  },
  "host/call": (random, session) => ({
    ...session,
    capability: "process",
    operation: random.pick(["spawn", "poll", "wait", "kill", "release"]),
    params: random.pick([{ command: "make" }, { handle_id: "psh-none" }, {}]),
  }),
  "inbox/claim": (random, session) => ({ ...session, max_messages: 10, max_bytes: 2_000, records: random.chance(0.3) }),
  "inbox/ack": (random, session) => ({ ...session, claim_id: random.pick(claims) }),
  "inbox/release": (random, session) => ({ ...session, claim_id: random.pick(claims) }),
  "inbox/subscribe": (_random, session) => session,
  "inbox/unsubscribe": (_random, session) => session,
  "$/cancel_request": (random) => ({ id: random.below(2_000), reason: "never mind" }),
  "$/received": (random) => ({ id: random.below(2_000) }),
};

export const fuzzedMethods: readonly string[] = Object.keys(methods);

/** Calls are what most requests are. */
const often = ["tool/call", "tool/call", "tool/call", "tool/call", "session/cancel_tool_call", "inbox/claim"];
const weighted = [...fuzzedMethods.filter((method) => method !== "session/close"), ...often];

/** The first of a connection, so that the rest has something to be about. */
export function opening(sessionId: string): string {
  return JSON.stringify({
    jsonrpc: "2.0",
    id: `open-${sessionId}`,
    method: "session/open",
    params: { session_id: sessionId },
  });
}

export function validMessage(random: Random, sessions: readonly string[]): string {
  if (random.chance(0.03)) return JSON.stringify({ jsonrpc: "2.0", id: `lh-${random.below(5)}`, result: {} });
  const method = random.chance(0.002) ? "session/close" : random.pick(weighted);
  const id = random.pick([random.below(2_000), `id-${random.below(2_000)}`]);
  const isNotification = method.startsWith("$/") || random.chance(0.1);
  const params = methods[method]?.(random, { session_id: random.pick(sessions) });
  return JSON.stringify({ jsonrpc: "2.0", ...(isNotification ? {} : { id }), method, params });
}

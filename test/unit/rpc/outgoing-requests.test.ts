/** Requests that wait for their answers: what is told when one is given up, and what is left of it. */
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { OutgoingRequests, Unanswered } from "../../../src/rpc/outgoing-requests.ts";
import { failure } from "../../support/session-suite/failure.ts";

function asking() {
  const sent: object[] = [];
  const requests = new OutgoingRequests((message) => sent.push(message));
  return { requests, sent };
}

describe("a request", () => {
  it("leaves nothing at a signal that outlives it, however it ends", async () => {
    const { requests } = asking();
    const { signal } = new AbortController();
    const [good, bad, unanswered] = [1, 2, 3].map(() => requests.request("m", {}, { signal, onCancel: "answers" }));
    const failures = Promise.all([failure(bad as Promise<unknown>), failure(unanswered as Promise<unknown>)]);
    expect(getEventListeners(signal, "abort")).toHaveLength(3);
    requests.settle({ kind: "result", id: "lh-1", result: 1 });
    requests.settle({ kind: "error", id: "lh-2", error: { code: 7, message: "no" } });
    await good;
    requests.close("it is over");
    const [refused, closed] = await failures;
    expect(refused).toMatchObject({ code: 7 });
    expect(closed).toBeInstanceOf(Unanswered);
    expect(await failure(requests.request("m", {}))).toBeInstanceOf(Unanswered);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it.each([
    ["a text", "why", { reason: "why" }],
    ["an error", new Error("the user left"), { reason: "the user left" }],
    ["nothing", undefined, {}],
    ["what is no text", { why: 1 }, {}],
  ])("that is given up with %s says so", (_name, reason, told) => {
    const { requests, sent } = asking();
    const abort = new AbortController();
    void requests.request("m", {}, { signal: abort.signal, onCancel: "answers" });
    abort.abort(reason);
    void requests.request("m", {}, { signal: abort.signal, onCancel: "answers" });
    expect(sent).toEqual([
      { id: "lh-1", method: "m", params: {} },
      { method: "$/cancel_request", params: { id: "lh-1", ...told } },
      { id: "lh-2", method: "m", params: {} },
      { method: "$/cancel_request", params: { id: "lh-2", ...told } },
    ]);
  });
});

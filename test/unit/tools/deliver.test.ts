/** What remains of an answer until somebody says whether it arrived. */
import { expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import type { ToolResult } from "../../../src/session/tool-result.ts";
import { deliver, nothingToSettle } from "../../../src/tools/deliver.ts";
import { turn } from "../../support/fake-engine.ts";
import { heapAfterGc } from "../../support/heap.ts";

const calls: string[] = [];
const ledger = { ack: async ({ claimId }: { claimId: string }) => calls.push(claimId) > 0 };
const session = { parts: { ledger }, reader: { sessionId: "s", readerEpoch: 1 } } as never as Session;

/** In a function of its own, so that no register of the test holds the answer. */
function keptOf(claimId: string): Pick<ToolResult, "received" | "lost"> & { readonly printed: WeakRef<object> } {
  const data = { handle_id: "hto-1", stdout: "printed" };
  const { received, lost } = deliver({ status: "completed", data, text: "", claimId }, session);
  return { received, lost, printed: new WeakRef(data) };
}

it("an answer that carries a report keeps nothing of its text for that", async () => {
  const all = Array.from({ length: 5 }, (_, n) => keptOf(`clm_${n}`));
  // What a WeakRef was made of in this turn is kept until its end.
  await turn();
  heapAfterGc();
  expect(all.map(({ printed }) => printed.deref())).toEqual(all.map(() => undefined));
  for (const { received } of all) await received();
  expect(calls).toEqual(["clm_0", "clm_1", "clm_2", "clm_3", "clm_4"]);
});

it("an answer that carries none says so", async () => {
  const { received, lost } = deliver({ status: "ok", data: {}, text: "" }, session);
  expect([received, lost]).toEqual([nothingToSettle, nothingToSettle]);
  await received();
});

/** Short waits on one long-running handle, again and again: none of them is kept until its end. */
import { expect, it, vi } from "vitest";
import { waitForOutput } from "../../../src/handle/wait-for-output.ts";
import { compilePattern } from "../../../src/output/output-pattern.ts";
import { waitForReport } from "../../../src/tools/wait-for-report.ts";
import { collectGarbage } from "../../support/collect.ts";
import { fakeEngine } from "../../support/fake-engine.ts";
import { callTool } from "../../support/runtime.ts";

const waits = 10_000;
/** A wait that hung on the end kept 300 to 5,000 bytes; the rest is noise of the heap. */
const mostBytesEach = 200;

async function keptBy(wait: () => Promise<unknown>): Promise<number> {
  const used = (): number => {
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  // What is made once, and the code itself.
  for (let i = 0; i < 500; i++) await wait();
  const before = used();
  for (let i = 0; i < waits; i++) await wait();
  return (used() - before) / waits;
}

it("waits for output and for the report are let go of when they are over", async () => {
  using engine = await fakeEngine();
  const session = await engine.openSession();
  await callTool(session, "run_command", { argv: ["serve"], background: true });
  const [handle] = session.live();
  if (handle === undefined) throw new Error("it does not run");
  const ended = vi.spyOn(handle.ended, "then");
  const pattern = compilePattern("zzz", { regex: false });
  const { clock } = engine;
  const forOutput = () => waitForOutput(handle, { clock, stream: "stdout", pattern, ms: 0 });
  expect(await keptBy(forOutput)).toBeLessThan(mostBytesEach);
  const forReport = async () => {
    using call = session.parts.calls.open(session.id, "wait_command");
    return waitForReport(handle, { session, call, ms: 0 });
  };
  expect(await keptBy(forReport)).toBeLessThan(mostBytesEach);
  for (let i = 0; i < 10; i++) {
    const asked = { handle_id: handle.id, pattern: "zzz", timeout_ms: 0 };
    expect(await callTool(session, "wait_command_output", asked)).toMatchObject({ matched: false });
  }
  expect(ended).not.toHaveBeenCalled();
});

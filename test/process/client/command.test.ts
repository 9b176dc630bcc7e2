/** A bridge as a child that does not end by itself: it is ended, and whoever waits for it hears why. */
import { setTimeout as realDelay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { connectCommand } from "../../../src/client/index.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture } from "../../support/process-observer.ts";
import { failure } from "../../support/session-suite/failure.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const argv = [process.execPath, fixture("stubborn-bridge.mjs")];

async function stubborn() {
  const clock = fakeClock();
  const log: string[] = [];
  const onLog = (line: string): void => void log.push(line);
  const client = await connectCommand(argv, { clock, onLog, reconnect: false });
  const said = await eventually(() => log.find((line) => line.startsWith("stubborn ")));
  const pid = Number(said.split(" ")[1]);
  return { clock, client, log, pid, session: await client.openSession() };
}

describe("a child that ignores its stdin's end and SIGTERM", () => {
  it("is killed in the end, and then the client is closed", async () => {
    const { clock, client, log, pid } = await stubborn();
    const closing = client.close();
    // The other side may take its time, once for its answers and once for its end.
    for (const _ of ["answers", "end"]) {
      await eventually(() => clock.timers > 0);
      clock.advance(10_000);
    }
    await eventually(() => log.includes("not by SIGTERM"));
    expect(isAlive(pid)).toBe(true);
    await eventually(() => clock.timers > 0);
    clock.advance(2_000);
    await closing;
    expect(isAlive(pid)).toBe(false);
  });

  it("of a broken connection is killed too, and close waits for it", async () => {
    const { clock, client, session, log, pid } = await stubborn();
    expect(await failure(session.call("run_command", {}))).toMatchObject({ kind: "unavailable" });
    await eventually(() => clock.timers > 0);
    const closing = client.close();
    clock.advance(4_000);
    await eventually(() => log.includes("not by SIGTERM") && clock.timers > 0);
    expect(isAlive(pid)).toBe(true);
    clock.advance(2_000);
    await closing;
    expect(isAlive(pid)).toBe(false);
  });
});

describe("a child that does not answer", () => {
  it("is quoted with the last that it said", async () => {
    const clock = fakeClock();
    const log: string[] = [];
    const onLog = (line: string): void => void log.push(line);
    const connecting = failure(connectCommand([...argv, "silent"], { clock, onLog }));
    await eventually(() => log.length > 0);
    clock.advance(30_000);
    const error = await eventually(async () => {
      clock.advance(500);
      return Promise.race([connecting, realDelay(20, null)]);
    });
    expect(error).toMatchObject({ kind: "unavailable", retryable: true });
    expect(error.message).toContain("none within 30000 ms");
    expect(error.message).toContain("said: the state directory cannot be used");
    await eventually(() => clock.timers > 0);
    clock.advance(4_000);
    await eventually(() => log.includes("not by SIGTERM"));
    clock.advance(2_000);
    await eventually(() => clock.timers === 0);
  });
});

/** Functions to run as operations, and their ends over the fake engine. */
import type { OperationContext } from "../../src/handle/operation.ts";
import type { Report } from "../../src/handle/report.ts";
import type { Session } from "../../src/session/session.ts";
import { type FakeEngine, turn } from "./fake-engine.ts";

/** Ignores its signal. */
export const never = (): Promise<never> => new Promise(() => {});

/** Does nothing but end as its signal says. */
export const obedient = ({ signal }: OperationContext): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** Time goes on until it has ended. */
export async function endOf(engine: FakeEngine, ended: Promise<Report>): Promise<Report> {
  let report: Report | undefined;
  void ended.then((value) => {
    report = value;
  });
  for (let turns = 0; turns < 2_000 && report === undefined; turns++) await engine.pass(10);
  if (report === undefined) throw new Error("it does not end");
  return report;
}

/** The results that wait in the inbox. */
export async function results(engine: FakeEngine, session: Session) {
  await turn();
  const unread = await engine.ledger.unread({ sessionId: session.id, limit: 100 });
  return unread.filter(({ kind }) => kind === "tool_result");
}

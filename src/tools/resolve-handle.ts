/** A handle by the name a caller gave it: full id, alias (`h7`), or command id; only within the caller's session. */
import { LonghandError } from "../base/errors.ts";
import { handleIdsOf } from "../base/ids.ts";
import { nearest } from "../base/nearest.ts";
import type { Handle } from "../handle/handle.ts";
import { alias } from "../handle/headline.ts";
import type { Report } from "../handle/report.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import type { Session } from "../session/session.ts";

export type ResolvedHandle =
  /** Runs in this process. */
  | { readonly where: "here"; readonly handle: Handle }
  /** Has ended: its report is in the ledger. */
  | { readonly where: "ended"; readonly record: HandleRecord; readonly report: Report }
  /** Runs under another host on the same ledger. */
  | { readonly where: "elsewhere"; readonly record: HandleRecord };

/** Rejects with `not_found` (`handle_id`), also for a handle of another session: its existence is none of the caller's business. */
export async function resolveHandle(session: Session, asked: string, param = "handle_id"): Promise<ResolvedHandle> {
  const names = handleIdsOf(asked);
  const handle = session.parts.supervisor.here(session.id).find((live) => names.some((name) => isNamed(live, name)));
  // One that is being closed is answered from its report, which comes in a moment.
  if (handle !== undefined) return { where: "here", handle };
  const { ledger } = session.parts;
  const found = (await Promise.all(names.map((name) => ledger.find({ sessionId: session.id, name })))).flat();
  const [record, ...others] = found;
  if (record === undefined) throw await unknown(session, asked, param);
  if (others.length > 0) throw ambiguous(asked, found, param);
  const live = session.parts.supervisor.get(record.handleId);
  if (live !== undefined) return { where: "here", handle: live };
  if (record.report === null) return { where: "elsewhere", record };
  return { where: "ended", record, report: record.report as unknown as Report };
}

function isNamed(handle: Handle, name: string): boolean {
  return handle.id === name || alias(handle.alias) === name;
}

async function unknown(session: Session, name: string, param: string): Promise<LonghandError> {
  const handles = await session.parts.ledger.list({ sessionId: session.id, state: null, limit: 100 });
  const near = nearest(
    name,
    handles.flatMap((handle) => [handle.handleId, alias(handle.alias)]),
  );
  const running = session.live().map((handle) => alias(handle.alias));
  const hint =
    near !== null
      ? `; did you mean ${near}?`
      : running.length > 0
        ? `; running: ${running.join(", ")}`
        : "; nothing is running";
  return new LonghandError("not_found", `no handle ${JSON.stringify(name.slice(0, 60))} in this session${hint}`, {
    param,
    details: { got: name.slice(0, 60) },
  });
}

function ambiguous(name: string, found: readonly HandleRecord[], param: string): LonghandError {
  const ids = found.slice(0, 5).map((record) => record.handleId);
  return new LonghandError(
    "invalid_parameter",
    `${JSON.stringify(name)} fits more than one handle: ${ids.join(", ")}`,
    {
      param,
      details: { expected: "one handle", got: `${found.length} handles` },
    },
  );
}

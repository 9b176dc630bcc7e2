/** What waiting for output is answered with: what was found and where, or how the command stands without it. */

import { newTag } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import { alias } from "../handle/headline.ts";
import { duration } from "../handle/plain.ts";
import type { OutputWait } from "../handle/wait-for-output.ts";
import type { ArtifactName } from "../output/artifacts.ts";
import { fenced } from "../output/fence.ts";
import type { OutputMatch } from "../output/output-search.ts";
import { plainText } from "../output/text.ts";
import type { Session } from "../session/session.ts";
import { resultComes } from "./answer.ts";
import type { OutputToWatch } from "./output-to-watch.ts";
import type { ToolAnswer } from "./tool.ts";

interface Asked {
  readonly source: ArtifactName;
  readonly pattern: string;
}

/** The report of a command that has ended stays where it is: it is told by whoever asks for it. */
export function matchedAnswer(
  asked: Asked,
  target: OutputToWatch,
  match: OutputMatch,
  { parts: { clock, settings } }: Session,
): ToolAnswer {
  const name = alias(target.number);
  const ended = target.hasEnded();
  const stands = ended ? "ended" : `running ${duration(Math.max(0, clock.now() - target.startedAt))}`;
  const lines = plainText(match.lines);
  return {
    status: "matched",
    data: {
      ...echoOf(asked, target),
      status: "matched",
      matched: true,
      timed_out: false,
      match_start: match.start,
      match_end: match.end,
      next_offset: match.end,
      match: match.text,
      result: null,
    },
    text: [
      `[${name} matched at byte ${match.start} · ${stands}]`,
      ...(lines === "" ? [] : [fenced(lines, { name: asked.source, newTag })]),
      `[${resultComes(name, settings.injectsInbox)}${ended ? "" : `. Stop: cancel_handle ${name}`}]`,
    ].join("\n"),
  };
}

export async function unmatchedAnswer(
  asked: Asked,
  target: OutputToWatch,
  { because, resumeAt }: Exclude<OutputWait, { readonly because: "matched" }>,
): Promise<ToolAnswer> {
  const answer = because === "ended" ? await target.end() : await target.now();
  const name = alias(target.number);
  const { status, why } = verdicts[because];
  const data: JsonObject = {
    ...echoOf(asked, target),
    status,
    matched: false,
    timed_out: because === "timeout",
    match_start: null,
    match_end: null,
    next_offset: resumeAt,
    match: null,
    result: answer.data,
  };
  return { ...answer, status, data, text: `[${name}: ${why}]\n${answer.text}` };
}

const verdicts = {
  ended: { status: "exited", why: "ended, and the pattern is not in its output" },
  timeout: { status: "timed_out", why: "the pattern is not in its output so far" },
  given_up: { status: "cancelled", why: "the wait was given up, the pattern is not in its output so far" },
} as const;

function echoOf({ source, pattern }: Asked, { handleId, number }: OutputToWatch): JsonObject {
  return { handle_id: handleId, alias: alias(number), source, pattern };
}

/** `read_command_output`: any range of what a command printed, while it runs and after. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { newTag } from "../base/ids.ts";
import { alias } from "../handle/headline.ts";
import { resolveArtifactPath } from "../output/artifact-path.ts";
import { type ArtifactName, planArtifacts } from "../output/artifacts.ts";
import { fenced } from "../output/fence.ts";
import { readLines } from "../output/line-reader.ts";
import { readOutput } from "../output/reader.ts";
import { decodeUtf8, plainText } from "../output/text.ts";
import type { Session } from "../session/session.ts";
import { wholeMessage } from "./input.ts";
import { readScreen } from "./read-screen.ts";
import { resolveHandle } from "./resolve-handle.ts";
import { defineTool } from "./tool.ts";

const aLine = "a line from 1 on, or negative to count from the end";
const line = z
  .int()
  .refine((number) => number !== 0, aLine)
  .optional();

const fields = z.strictObject({
  handle_id: z.string().min(1).optional().describe("Handle id or alias (h7)."),
  command_id: z.string().min(1).optional().describe("Instead of handle_id: cmd_…."),
  path: z.string().min(1).optional().describe("An artifact path from an earlier answer; wins over the ids."),
  stream: z
    .enum(["combined", "stdout", "stderr", "result", "screen"])
    .optional()
    .describe(
      "Default combined: all output in order. result: what an operation returned, as JSON. screen: what a terminal (pty) shows, whole.",
    ),
  offset: z.int().default(0).describe("Byte to start at; negative counts from the end."),
  length: z.int().min(0).default(65_536).describe("Bytes, at most 1,048,576."),
  from_line: line.describe("First line, from 1; negative counts from the end. Instead of offset."),
  to_line: line.describe("Last line, inclusive. Default: to the end."),
});

const input = fields.superRefine(({ offset, from_line: from, to_line: to, stream, path }, context) => {
  const byLine = from !== undefined || to !== undefined;
  if (byLine && offset !== 0) {
    context.addIssue(wholeMessage("offset (bytes) does not go with from_line and to_line: leave one out", ["offset"]));
  }
  if (stream === "screen" && path === undefined && (byLine || offset !== 0)) {
    const param = byLine ? (from === undefined ? "to_line" : "from_line") : "offset";
    context.addIssue(wholeMessage(`${param} does not go with stream screen: it is shown whole`, [param]));
  }
});

type ReadInput = z.output<typeof input>;

export const readCommandOutput = defineTool({
  name: "read_command_output",
  description: "Read a range of a command's output, by bytes or by lines, while it runs and after it ended.",
  input,
  run: async (asked, { session }) => {
    const name = asked.path === undefined ? (asked.handle_id ?? asked.command_id) : undefined;
    if (asked.stream === "screen" && name !== undefined) return readScreen(name, session);
    const target = await targetOf(asked, session);
    const { directory } = planArtifacts(session.parts.artifactsRoot, target.handleId, false);
    const page = await readPage(asked, { ...target, directory });
    const content = decodeUtf8(page.bytes);
    const data = {
      handle_id: target.handleId,
      stream: target.stream,
      path: page.path,
      offset: page.offset,
      bytes_read: page.bytes.length,
      next_offset: page.nextOffset,
      total_bytes: page.total,
      eof: page.eof,
      content,
      ...(page.lines ?? {}),
    };
    const what =
      page.lines === null ? `bytes ${page.offset}-${page.nextOffset} of ${page.total}` : linesRead(page.lines);
    const more = page.eof ? "" : ` · more follows: ${nextOf(page, content)}`;
    const headline = `[${alias(target.number)} ${target.stream} · ${what}${more}]`;
    return {
      status: "ok",
      data,
      text: [headline, ...(content === "" ? [] : [fenced(plainText(content), { name: target.stream, newTag })])].join(
        "\n",
      ),
    };
  },
});

interface Target {
  readonly handleId: string;
  readonly number: number;
  readonly stream: ArtifactName;
  readonly growing: boolean;
}

async function targetOf(asked: ReadInput, session: Session): Promise<Target> {
  const { path, handle_id: handleId, command_id: commandId } = asked;
  if (path !== undefined) {
    const ref = await resolveArtifactPath(session.parts.artifactsRoot, path);
    return { ...(await artifactsOf(session, ref.handleId, "path")), stream: ref.stream };
  }
  const name = handleId ?? commandId;
  if (name === undefined) {
    throw new LonghandError("missing_parameter", "one of handle_id, command_id or path is required", {
      param: "handle_id",
    });
  }
  const param = handleId === undefined ? "command_id" : "handle_id";
  const { stream = "combined" } = asked;
  return { ...(await artifactsOf(session, name, param)), stream: stream === "screen" ? "combined" : stream };
}

async function artifactsOf(session: Session, name: string, param: string) {
  const found = await resolveHandle(session, name, param);
  if (found.where === "here") return { handleId: found.handle.id, number: found.handle.alias, growing: true };
  const { handleId, alias: number, artifacts } = found.record;
  if (artifacts === "kept" || found.where === "elsewhere")
    return { handleId, number, growing: found.where === "elsewhere" };
  const why =
    artifacts === "expired"
      ? "its output was freed by retention (artifacts: expired)"
      : "it never started: there is no output";
  throw new LonghandError("not_found", `${alias(number)}: ${why}`, { param, details: { artifacts } });
}

interface Page {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly nextOffset: number;
  readonly total: number | null;
  readonly eof: boolean;
  readonly path: string | null;
  readonly lines: { readonly from_line: number; readonly to_line: number; readonly total_lines: number | null } | null;
}

async function readPage(
  asked: ReadInput,
  { directory, stream, growing }: Target & { readonly directory: string },
): Promise<Page> {
  const { from_line: from, to_line: to } = asked;
  if (from === undefined && to === undefined) {
    const page = await readOutput({
      directory,
      stream,
      offset: asked.offset,
      length: asked.length,
      text: true,
      growing,
    });
    return { ...page, lines: null };
  }
  const page = await readLines({
    directory,
    stream,
    maxBytes: asked.length,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  // Who asked for lines that are not there wants to know how many there are; else they need not be counted.
  const counted =
    page.to < page.from ? (await readLines({ directory, stream, from: -1, maxBytes: 0 })).total : page.total;
  const lines = { from_line: page.from, to_line: page.to, total_lines: counted };
  return {
    bytes: page.bytes,
    offset: page.offset,
    nextOffset: page.nextOffset,
    total: null,
    eof: !page.truncated,
    path: null,
    lines,
  };
}

function linesRead({ from_line: from, to_line: to, total_lines: total }: NonNullable<Page["lines"]>): string {
  if (to >= from) return `lines ${from}-${to}`;
  return total === null ? "no such lines" : `no such lines: there are ${total}`;
}

/** Where to go on: at the next line, or within one that is too long for a page. */
function nextOf({ lines, nextOffset }: Page, content: string): string {
  return lines !== null && content.endsWith("\n") ? `from_line ${lines.to_line + 1}` : `offset ${nextOffset}`;
}

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

function tree(files: readonly (string | Buffer)[]): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "longhand-tree-"));
  for (const file of files) {
    if (typeof file === "string") mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from(file)]), "");
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A path that is longer than any call takes: the last directory that fits has one that can be seen, and not be read. */
function tooDeep(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "longhand-deep-"));
  const half = `${"d".repeat(200)}/`.repeat(12);
  for (const part of ["upper", "lower"]) mkdirSync(join(path, part, half), { recursive: true });
  renameSync(join(path, "lower"), join(path, "upper", half, "lower"));
  // What removes by path cannot either.
  return { path, [Symbol.dispose]: () => void execFileSync("rm", ["-rf", path]) };
}

/** What an ended operation returned. */
const resultOf = (data: JsonObject): JsonObject => data["result"] as JsonObject;

/** Its whole output, line by line. */
async function lines(session: Session, data: JsonObject): Promise<JsonObject[]> {
  const { content } = await callTool(session, "read_command_output", {
    handle_id: data["handle_id"],
    length: 1_048_576,
  });
  return String(content)
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonObject);
}

const sorted = (data: JsonObject, base: string, field = "entries"): string[] =>
  (resultOf(data)[field] as (string | JsonObject)[])
    .map((entry) => String(typeof entry === "string" ? entry : entry["path"]))
    .map((path) => path.slice(base.length))
    .sort();

describe("walk_dir and glob", () => {
  it.each([
    ["walk_dir", "long_running", (path: string) => ({ path }), (path: string) => `walk_dir ${path}`],
    [
      "glob",
      "background",
      (base: string) => ({ pattern: "**/*.txt", base }),
      (base: string) => `glob **/*.txt in ${base}`,
    ],
  ] as const)("%s returns running then completed result (%s)", async (name, flag, input, descriptor) => {
    using files = tree(["a.txt", "sub/b.txt"]);
    await using at = await testRuntime();
    const { session } = at;
    const answer = await callTool(session, name, { ...input(files.path), [flag]: true });
    expect(answer).toMatchObject({
      handle_id: expect.stringMatching(/^hso-/),
      started_at: expect.stringMatching(/Z$/),
      ended_at: null,
      duration_ms: 0,
      status: "running",
      operation: name,
      command_or_op_descriptor: descriptor(files.path),
    });
    const [result] = await eventually(async () => {
      const results = await drainResults(session);
      return results.length > 0 ? results : null;
    });
    expect(result).toMatchObject({
      handle_id: answer["handle_id"],
      operation: name,
      command_or_op_descriptor: descriptor(files.path),
      status: "completed",
      result: { complete: true, truncated: false, error_count: 0 },
    });
    expect(await lines(session, answer)).toEqual(resultOf(result ?? {})[name === "glob" ? "matches" : "entries"]);
  });

  it.each([
    ["walk_dir", (path: string) => ({ path })],
    ["glob", (base: string) => ({ pattern: "**", base })],
  ])("%s shows each find once in its text, and not more of a deep tree than a page", async (name, input) => {
    using files = tree(["a.txt", `${"level/".repeat(300)}b.txt`]);
    await using at = await testRuntime();
    const { text, data } = await at.session.call(name, input(files.path));
    expect(text.split(`${files.path}/a.txt`)).toHaveLength(2);
    expect(text).toContain("```found ");
    expect(text).not.toContain("is_dir");
    expect(text).not.toContain("result");
    expect(text.length).toBeLessThan(8_000);
    const [, from = "", to = ""] = /lines hidden: read_command_output h1 lines (\d+)-(\d+)/.exec(text) ?? [];
    expect(Number(to)).toBe(data["line_count"]);
    // The line after the last one that is shown.
    const shown = text.split("\n").filter((line) => line.startsWith(files.path));
    const { content } = await callTool(at.session, "read_command_output", {
      handle_id: "h1",
      from_line: Number(from) - 1,
      to_line: Number(from) - 1,
    });
    expect(String(content)).toContain(JSON.stringify(shown.at(-1)?.replace(/\/$/, "")));
  });

  it("say in the headline which directory could not be read, and are not complete then", async () => {
    using files = tooDeep();
    await using at = await testRuntime();
    const { text, data } = await at.session.call("walk_dir", { path: files.path });
    expect(text.split("\n")[0]).toMatch(/ · 1 directory could not be read: .*\(ENAMETOOLONG\)/);
    expect(resultOf(data)).toMatchObject({ complete: false, error_count: 1 });
  });

  it("lets long_running win over background, as the older spelling did", async () => {
    using files = tree(["a"]);
    await using at = await testRuntime();
    const input = { path: files.path, long_running: false, background: true };
    expect(await callTool(at.session, "walk_dir", input)).toMatchObject({ status: "completed" });
  });

  it("are ended by a cancel in the middle of it, with what was found until then", async () => {
    await using at = await testRuntime();
    const { session } = at;
    // The whole machine: nobody is through with that before the cancel comes.
    for (const [name, input] of [
      ["walk_dir", { path: "/", background: true }],
      ["glob", { pattern: "**", base: "/", background: true }],
    ] as const) {
      const { handle_id: handle } = await callTool(session, name, input);
      await eventually(
        async () => Number((await callTool(session, "wait_command", { handle_id: handle }))["line_count"]) > 0,
      );
      const { result } = await callTool(session, "cancel_handle", { handle_id: handle, wait_result_ms: 20_000 });
      expect(result).toMatchObject({
        status: "killed",
        outcome: "cancelled",
        error: null,
        result: { complete: false },
      });
    }
  });

  it("end with the call that waits for them", async () => {
    await using at = await testRuntime();
    const abort = new AbortController();
    const calling = at.session.call("walk_dir", { path: "/" }, { signal: abort.signal });
    await eventually(() => at.session.live().some(({ recorder }) => (recorder?.bytes("combined") ?? 0) > 0));
    abort.abort();
    expect(await calling).toMatchObject({ status: "cancelled", data: { outcome: "cancelled", error: null } });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it.each([
    ["walk_dir", { path: "no/such" }, "not_found", "path"],
    ["walk_dir", { path: "/etc/passwd" }, "invalid_parameter", "path"],
    ["walk_dir", { path: "a\0b" }, "invalid_parameter", "path"],
    ["walk_dir", {}, "missing_parameter", "path"],
    ["walk_dir", { path: "/", depth: 1 }, "invalid_parameter", "depth"],
    ["glob", { pattern: "*", base: "/etc/passwd/x" }, "not_found", "base"],
    ["glob", { pattern: "*\0" }, "invalid_parameter", "pattern"],
    ["glob", { base: "/" }, "missing_parameter", "pattern"],
  ])("%s %j is refused", async (name, input, kind, param) => {
    await using at = await testRuntime();
    await expect(at.session.call(name, input)).rejects.toMatchObject({ kind, param, tool: name });
    expect(await at.session.call("list_handles", { state: "any" })).toMatchObject({ data: { handles: [] } });
  });

  it("list 50,000 files completely, and a few of them inline", { timeout: 120_000 }, async () => {
    using files = tree(Array.from({ length: 500 }, (_, directory) => `d${directory}/0`));
    for (let directory = 0; directory < 500; directory++) {
      for (let file = 1; file < 100; file++) writeFileSync(`${files.path}/d${directory}/${file}`, "");
    }
    await using at = await testRuntime();
    for (const [name, input, count] of [
      ["walk_dir", { path: files.path }, 50_501],
      ["glob", { pattern: "*/*", base: files.path }, 50_000],
    ] as const) {
      const data = await callTool(at.session, name, input);
      expect(data).toMatchObject({
        status: "completed",
        line_count: count,
        result: { count, truncated: true, complete: true },
      });
      // The report stays small, whatever was found.
      expect(Number(data["result_bytes"])).toBeLessThan(60_000);
      const last = await callTool(at.session, "read_command_output", { handle_id: data["handle_id"], from_line: -1 });
      expect(JSON.stringify(JSON.parse(String(last["content"])))).toContain(files.path);
    }
  });
});

describe("walk_dir", () => {
  it("tells the directory itself, its depth, and what is what", async () => {
    using files = tree(["b/c/d", "b/.hidden/e", "f"]);
    symlinkSync("b", join(files.path, "link"));
    symlinkSync("nowhere", join(files.path, "dangling"));
    await using at = await testRuntime({ defaultCwd: join(files.path, "..") });
    const relative = files.path.split("/").at(-1) ?? "";
    const data = await callTool(at.session, "walk_dir", { path: `./${relative}/`, max_depth: 2 });
    const { entries } = resultOf(data) as { entries: JsonObject[] };
    const facts = entries.map(({ path, is_dir, is_file, depth }) => [
      String(path).slice(files.path.length),
      `${is_dir ? "dir" : ""}${is_file ? "file" : ""}`,
      depth,
    ]);
    expect(facts.sort()).toEqual([
      ["", "dir", 0],
      ["/b", "dir", 1],
      ["/b/.hidden", "dir", 2],
      ["/b/c", "dir", 2],
      ["/dangling", "", 1],
      ["/f", "file", 1],
      ["/link", "", 1],
    ]);
    const visible = await callTool(at.session, "walk_dir", { path: files.path, include_hidden: false });
    expect(sorted(visible, files.path)).toEqual(["", "/b", "/b/c", "/b/c/d", "/dangling", "/f", "/link"]);
    const alone = await callTool(at.session, "walk_dir", { path: files.path, max_depth: 0 });
    expect(sorted(alone, files.path)).toEqual([""]);
  });

  it("comes to an end when links lead back, and visits each directory once", async () => {
    using files = tree(["a/x", "b/y"]);
    symlinkSync("..", join(files.path, "a/up"));
    symlinkSync(join(files.path, "a"), join(files.path, "b/a"));
    symlinkSync(join(files.path, "b"), join(files.path, "a/b"));
    symlinkSync("x", join(files.path, "a/x2"));
    await using at = await testRuntime();
    const data = await callTool(at.session, "walk_dir", { path: files.path, follow_symlinks: true });
    const { entries } = resultOf(data) as { entries: JsonObject[] };
    const named = (name: string) => entries.filter(({ path }) => String(path).endsWith(`/${name}`));
    expect(named("x")).toHaveLength(1);
    expect(named("y")).toHaveLength(1);
    expect(named("x2")).toMatchObject([{ is_file: true }]);
    expect(named("up")).toMatchObject([{ is_dir: true }]);
  });

  it("shows names of every kind, with the bytes of those that are no text", async () => {
    const invalid = Buffer.from([0x62, 0xff, 0xfe]);
    using files = tree(["two\nlines", "[x] `y`", invalid]);
    mkdirSync(Buffer.concat([Buffer.from(`${files.path}/`), Buffer.from([0xfd])]));
    writeFileSync(Buffer.concat([Buffer.from(`${files.path}/`), Buffer.from([0xfd]), Buffer.from("/within")]), "");
    await using at = await testRuntime();
    const data = await callTool(at.session, "walk_dir", { path: files.path });
    expect(sorted(data, files.path)).toEqual(["", "/[x] `y`", "/b��", "/two\nlines", "/�", "/�/within"].sort());
    const all = await lines(at.session, data);
    expect(all).toHaveLength(6);
    const bytes = all.flatMap(({ path_base64: bytes }) =>
      typeof bytes === "string" ? [Buffer.from(bytes, "base64")] : [],
    );
    expect(bytes).toHaveLength(3);
    expect(bytes).toContainEqual(Buffer.concat([Buffer.from(`${files.path}/`), invalid]));
  });
});

describe("glob", () => {
  it("answers with absolute paths, hidden ones on request", async () => {
    using files = tree(["src/a.ts", "src/b/c.ts", ".git/d.ts", "src/.e.ts", "x.md"]);
    await using at = await testRuntime({ defaultCwd: files.path });
    const find = async (input: object) => sorted(await callTool(at.session, "glob", input), files.path, "matches");
    expect(await find({ pattern: "**/*.ts" })).toEqual(["/src/a.ts", "/src/b/c.ts"]);
    expect(await find({ pattern: "**/*.ts", dot: true })).toEqual([
      "/.git/d.ts",
      "/src/.e.ts",
      "/src/a.ts",
      "/src/b/c.ts",
    ]);
    expect(await find({ pattern: "*.{ts,md}", base: "." })).toEqual(["/x.md"]);
    expect(await find({ pattern: "b/*", base: "src" })).toEqual(["/src/b/c.ts"]);
    expect(await find({ pattern: "nothing*" })).toEqual([]);
  });

  it("stops at max_results and says that there is more", async () => {
    using files = tree(["a", "b", "c"]);
    await using at = await testRuntime();
    const find = (most: number) => callTool(at.session, "glob", { pattern: "*", base: files.path, max_results: most });
    expect(await find(2)).toMatchObject({ status: "completed", result: { count: 2, complete: false, limited: true } });
    expect(await find(3)).toMatchObject({ status: "completed", result: { count: 3, complete: true, limited: false } });
  });

  it("is not held up by a pattern that is hard to match", async () => {
    using files = tree([`${"a".repeat(200)}b`]);
    await using at = await testRuntime();
    for (const pattern of [`${"*a".repeat(12)}c`, `${"+(a|aa)".repeat(4)}c`, "{a,b}".repeat(40)]) {
      const input = { pattern, base: files.path, timeout_ms: 20_000 };
      expect(await callTool(at.session, "glob", input)).toMatchObject({ status: "completed", result: { count: 0 } });
    }
  });
});

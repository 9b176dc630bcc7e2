/** What a spawned process prints, by cursor: nothing twice, nothing lost, no character cut. */

import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { eventually } from "../../support/eventually.ts";
import { processesOf } from "../../support/host-calls.ts";
import { testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

interface Cursor {
  stdout: string;
  stderr: string;
  stdoutOffset: number;
  stderrOffset: number;
}

const start = (): Cursor => ({ stdout: "", stderr: "", stdoutOffset: 0, stderrOffset: 0 });

function goOn(cursor: Cursor, answer: JsonObject): void {
  cursor.stdout += String(answer["stdout"]);
  cursor.stderr += String(answer["stderr"]);
  cursor.stdoutOffset = Number(answer["stdout_next_offset"]);
  cursor.stderrOffset = Number(answer["stderr_next_offset"]);
}

it("of a running process is told so far, and goes on from the cursors", async () => {
  await using host = await testRuntime();
  const { spawn, poll, wait, kill } = processesOf(host.session);
  const directory = mkdtempSync(join(tmpdir(), "longhand-cursor-"));
  const gate = join(directory, "gate");
  expect(spawnSync("mkfifo", [gate]).status).toBe(0);
  const handleId = await spawn(`while IFS= read -r line; do printf '%b' "$line"; printf e >&2; done < '${gate}'`);
  // For reading too: opening it waits for nobody, and nobody sees its end before the test is over.
  const writer = openSync(gate, "r+");
  const cursor = start();
  const look = async (): Promise<JsonObject> => {
    const answer = await poll(handleId, { stdout_offset: cursor.stdoutOffset, stderr_offset: cursor.stderrOffset });
    goOn(cursor, answer);
    return answer;
  };
  // The two pipes have no common order: each is waited for.
  const say = async (line: string, turns: number, printed: string): Promise<void> => {
    writeSync(writer, `${line}\n`);
    await eventually(async () => (await look()) && cursor.stderr.length === turns && cursor.stdout === printed);
  };
  await say("one ", 1, "one ");
  // The first half of a letter is held back until the second comes.
  await say("\\0303", 2, "one ");
  await say("\\0251t\\0303\\0251 ", 3, "one été ");
  expect(await look()).toMatchObject({ status: "running", stdout: "", stderr: "", stdout_eof: true });
  expect((await look())["activity"]).toMatchObject({ state: expect.stringMatching(/^(busy|idle|unknown)$/) });
  await kill(handleId);
  expect(await look()).toMatchObject({ status: "killed", stdout: "", stdout_eof: true });
  expect(await wait(handleId)).toMatchObject({ stdout: "one été ", stderr: "eee", output: "kept" });
  closeSync(writer);
  rmSync(directory, { recursive: true });
});

it("comes whole in pages, characters of many bytes included, while it is printed and after", async () => {
  await using host = await testRuntime();
  const { host: call, poll, wait } = processesOf(host.session);
  const program = `
    const line = "añ€😀".repeat(500) + "\\n";
    for (let i = 0; i < 1_000; i++) process.stdout.write(i + line);
    for (let i = 0; i < 10; i++) process.stderr.write(i + line);`;
  const spawned = await call("spawn", { argv: [process.execPath, "-e", program] });
  const handleId = String(spawned["handle_id"]);
  const line = `${"añ€😀".repeat(500)}\n`;
  const whole = Array.from({ length: 1_000 }, (_, i) => `${i}${line}`).join("");
  const cursor = start();
  let pages = 0;
  for (let over = false; !over; pages++) {
    const answer = await poll(handleId, { stdout_offset: cursor.stdoutOffset, stderr_offset: cursor.stderrOffset });
    expect(Buffer.byteLength(String(answer["stdout"]))).toBeLessThanOrEqual(2 ** 20);
    goOn(cursor, answer);
    over = answer["running"] === false && answer["stdout_eof"] === true && answer["stderr_eof"] === true;
  }
  expect(pages).toBeGreaterThan(4);
  expect(cursor.stdout === whole).toBe(true);
  expect(cursor.stderr).toBe(whole.slice(0, cursor.stderr.length));
  expect(cursor.stderr.split("\n")).toHaveLength(11);
  // All of it does not fit in an answer: both ends do.
  const ended = await wait(handleId);
  expect(ended).toMatchObject({ truncated: true, exit_code: 0 });
  const stdout = String(ended["stdout"]);
  expect([stdout.startsWith("0añ€😀"), stdout.endsWith("añ€😀\n")]).toEqual([true, true]);
  expect(stdout).toContain(`\n[${ended["omitted_bytes"]} bytes omitted]\n`);
  expect(stdout).not.toContain("\ufffd");
});

it("that is no text is replaced byte by byte, and exec says so", async () => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const answer = await call("exec", { command: "printf 'a\\377b'; printf ok >&2" });
  expect(answer).toMatchObject({ stdout: "a\ufffdb", stdout_utf8_valid: false, stderr_utf8_valid: true });
});

it("that retention has freed is said to be expired", async () => {
  await using host = await testRuntime();
  const { spawn, poll, wait } = processesOf(host.session);
  const handleId = await spawn("printf x");
  await wait(handleId);
  rmSync(join(host.session.parts.artifactsRoot, handleId), { recursive: true });
  expect(await poll(handleId)).toMatchObject({ status: "exited", exit_code: 0, stdout: "", output: "expired" });
  expect(await wait(handleId)).toMatchObject({ status: "exited", exit_code: 0, stdout: "", output: "expired" });
});

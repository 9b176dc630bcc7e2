import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir as readdirOf } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { pacedReaddir } from "../../../../src/tools/operations/paced-readdir.ts";
import { walk } from "../../../../src/tools/operations/walk.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "longhand-walk-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function options(signal = new AbortController().signal) {
  const errors: [string, string][] = [];
  const onError = (path: Buffer, errno: string): void => void errors.push([path.toString(), errno]);
  const limits = { maxDepth: Number.POSITIVE_INFINITY, followSymlinks: false, includeHidden: true };
  return { ...limits, signal, onError, errors };
}

it.each([true, false])("goes on past a directory that cannot be read (following links: %s)", async (followSymlinks) => {
  for (const name of ["gone", "there"]) mkdirSync(join(root, name));
  writeFileSync(join(root, "there/file"), "");
  const asked = { ...options(), followSymlinks };
  const paths: string[] = [];
  for await (const { path } of walk(Buffer.from(root), asked)) {
    paths.push(path.toString());
    // Told, and not yet looked into.
    if (path.toString().endsWith("/gone")) rmSync(path, { recursive: true });
  }
  expect(paths.sort()).toEqual([root, join(root, "gone"), join(root, "there"), join(root, "there/file")]);
  expect(asked.errors).toEqual([[join(root, "gone"), "ENOENT"]]);
});

it("ends with the entry at which it was told to", async () => {
  for (let index = 0; index < 600; index++) writeFileSync(join(root, String(index)), "");
  const abort = new AbortController();
  let seen = 0;
  for await (const _ of walk(Buffer.from(root), options(abort.signal))) {
    seen += 1;
    if (seen === 300) abort.abort();
  }
  expect(seen).toBe(300);
});

it("reads eight directories at a time, tells what cannot be read, and nothing of what is not there", async () => {
  symlinkSync("loop", join(root, "loop"));
  const errors: string[] = [];
  const abort = new AbortController();
  const readdir = pacedReaddir({ signal: abort.signal, onError: (path, errno) => errors.push(`${path} ${errno}`) });
  const read = (name: string) =>
    new Promise((resolve) =>
      readdir(join(root, name), { withFileTypes: true }, (error) => resolve(error?.code ?? null)),
    );
  const names = Array.from({ length: 30 }, () => ".");
  expect(await Promise.all([...names, "loop", "missing"].map(read))).toEqual([
    ...names.map(() => null),
    "ELOOP",
    "ENOENT",
  ]);
  expect(errors).toEqual([`${join(root, "loop")} ELOOP`]);
  abort.abort();
  // What is asked of the disk behind it, one after the other, comes back; an answer would have been there before.
  const others = async (): Promise<string> => {
    for (const _ of names) await readdirOf(root);
    return "no answer";
  };
  const late = await Promise.race([read("."), others()]);
  expect(late).toBe("no answer");
});

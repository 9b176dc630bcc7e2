import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const sweeper = fileURLToPath(new URL("../../fixtures/sweep-artifacts.mjs", import.meta.url));

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the sweeper ended with ${code}`)));
  });
}

it("two processes that sweep at once free each handle once, and both end well", async () => {
  using artifacts = artifactsRoot();
  const ids = Array.from({ length: 300 }, () => newId("command"));
  for (const id of ids) {
    const recorder = recorderIn(artifacts.directory(id));
    recorder.write("stdout", Buffer.from("x"));
    await recorder.finish();
  }
  const children = [1, 2].map(() =>
    spawn(process.execPath, [sweeper, artifacts.root, "20"], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  await Promise.all(children.map(ready));
  const answers = children.map((child) => text(child.stdout));
  for (const child of children) child.stdin.write("go\n");
  const freed = (await Promise.all(answers)).map((answer) => JSON.parse(answer) as string[]);
  expect(new Set(freed.flat()).size).toBe(freed.flat().length);
  const left = readdirSync(artifacts.root);
  expect(left.length).toBe(20);
  expect([...freed.flat(), ...left].sort()).toEqual(ids.sort());
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type BashToolOptions, createBashTool } from "../../../examples/bash-tool.ts";
import { eventually } from "../../support/eventually.ts";
import { runExample } from "../../support/examples.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

type BashTool = Awaited<ReturnType<typeof createBashTool>>;

/** An agent that was started, and may be again on the same state. */
async function agent(options: Partial<BashToolOptions> = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), "longhand-bash-"));
  const printed = new Map<string, string>();
  const open = (more: Partial<BashToolOptions> = {}): Promise<BashTool> =>
    createBashTool({
      id: "conversation",
      approve: async () => true,
      onOutput: (callId, text) => void printed.set(callId, (printed.get(callId) ?? "") + text),
      settings: { stateDir },
      ...options,
      ...more,
    });
  const opened: BashTool[] = [];
  const start = async (more: Partial<BashToolOptions> = {}): Promise<BashTool> => {
    const bash = await open(more);
    opened.push(bash);
    return bash;
  };
  return {
    bash: await start(),
    start,
    stateDir,
    printed: (callId: string) => printed.get(callId) ?? "",
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((bash) => bash.close()));
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** The next mail, also if it is not there yet. */
const nextMail = (bash: BashTool) => eventually(() => bash.nextMail(), { timeoutMs: 20_000, what: "mail" });

it("has at most 60 lines", () => {
  expect(readFileSync("examples/bash-tool.ts", "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
});

describe("the bash tool", () => {
  it("shows the model one tool named bash, and what goes with it", async () => {
    await using at = await agent();
    const names = at.bash.tools.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(["bash", "wait_command"]);
    expect(names).not.toContain("run_command");
    expect(await at.bash.call("c1", "run_command", {})).toMatchObject({ isError: true });
  });

  it("streams output while the command runs", async () => {
    await using at = await agent();
    const go = join(at.stateDir, "go");
    const command = `echo first; until [ -e ${go} ]; do sleep 0.02; done; echo second`;
    const answer = at.bash.call("c1", "bash", { command });
    await eventually(() => at.printed("c1") === "first\n");
    await at.bash.call("c2", "bash", { argv: ["touch", go] });
    expect((await answer).text).toMatch(/^\[exit 0 · .* · 2 lines\]/);
    expect(at.printed("c1")).toBe("first\nsecond\n");
  });

  it("says where it did not show all", async () => {
    await using at = await agent();
    await at.bash.call("c1", "bash", { command: "seq 200000" });
    expect(at.printed("c1")).toMatch(/\[… \d+ bytes not shown …\]\n[\s\S]*\n200000\n$/);
    expect(at.printed("c1").length).toBeLessThan(1_288_895);
  });

  it("asks before anything is started, and a no is told to the model", async () => {
    const asked: string[] = [];
    await using at = await agent({
      approve: async (command) => {
        asked.push(command);
        return !command.includes("rm");
      },
    });
    expect(await at.bash.call("c1", "bash", { command: "rm -rf x" })).toMatchObject({
      isError: true,
      text: expect.stringContaining("the user said no"),
    });
    expect((await at.bash.call("c2", "bash", { command: "echo yes" })).isError).toBe(false);
    expect(asked).toEqual(["rm -rf x", "echo yes"]);
  });

  it("stops one call with all that it started, and no other", async () => {
    await using at = await agent();
    const first = at.bash.call("c1", "bash", { command: "echo begun; sleep 60 & setsid sleep 60 & wait" });
    const second = at.bash.call("c2", "bash", { command: `until [ -e ${at.stateDir}/go ]; do sleep 0.02; done` });
    await eventually(() => at.printed("c1") === "begun\n");
    expect(await at.bash.stop("c1")).toBe("cancelled");
    const stopped = await first;
    expect(stopped).toMatchObject({
      isError: false,
      text: expect.stringMatching(/^\[cancelled .*by user: "Esc".* 0 left\]/),
    });
    await at.bash.call("c3", "bash", { argv: ["touch", `${at.stateDir}/go`] });
    expect((await second).text).toMatch(/^\[exit 0/);
  });

  it("moves a call to the background: it answers, streams on, and the result is mail", async () => {
    await using at = await agent();
    const command = `echo first; until [ -e ${at.stateDir}/go ]; do sleep 0.02; done; echo second`;
    const answer = at.bash.call("c1", "bash", { command, label: "the build" });
    await eventually(() => at.printed("c1") === "first\n");
    expect(await at.bash.moveToBackground("c1")).toBe(true);
    expect((await answer).text).toMatch(/^\[running h1 · /);
    const woken = Promise.withResolvers<void>();
    using _ = at.bash.onMail(woken.resolve);
    await at.bash.call("c2", "bash", { argv: ["touch", `${at.stateDir}/go`] });
    await woken.promise;
    const mail = await nextMail(at.bash);
    expect(mail.text).toMatch(/\[exit 0 · .* · h1 · 2 lines · the build\]/);
    await mail.ack();
    expect(at.printed("c1")).toBe("first\nsecond\n");
    expect(await at.bash.nextMail()).toBeNull();
  });
});

describe("resume", () => {
  it("delivers what the last run had not read; what its transcript has does not come again", async () => {
    await using at = await agent();
    await at.bash.call("c1", "bash", { command: "echo one", background_after_ms: 0 });
    const unsaved = await nextMail(at.bash);
    await at.bash.close();
    const second = await at.start();
    const again = await nextMail(second);
    expect(again).toMatchObject({ id: unsaved.id, text: unsaved.text, redelivered: true });
    await second.call("c2", "bash", { command: "echo two", background_after_ms: 0 });
    await eventually(() => at.printed("c2") === "two\n");
    await second.close();
    const third = await at.start({ lastMail: again.id });
    const mail = await nextMail(third);
    expect(mail.messages.map(({ alias }) => alias)).toEqual([2]);
    expect(mail.text).toContain("\ntwo\n");
  });

  it("after kill -9: the commands are ended, and the model is told what became of them", async () => {
    await using at = await agent();
    await at.bash.close();
    const program = `
      import { createBashTool } from ${JSON.stringify(resolve("examples/bash-tool.ts"))};
      const bash = await createBashTool({
        id: "conversation", settings: { stateDir: ${JSON.stringify(at.stateDir)} }, approve: async () => true, onOutput: () => process.kill(process.pid, "SIGKILL"),
      });
      await bash.call("c1", "bash", { command: "echo begun; sleep 60", background_after_ms: 0, label: "the build" });`;
    const args = ["--import", resolve("test/support/from-source.mjs"), "--input-type=module", "--eval", program];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    const ended = Promise.withResolvers<NodeJS.Signals | null>();
    child.on("exit", (_code, signal) => ended.resolve(signal));
    expect(await ended.promise).toBe("SIGKILL");
    const mail = await nextMail(await at.start());
    expect(mail.text).toMatch(/\[lost · .* · h1 · .*the build\]\n```output \w+\nbegun\n/);
  });
});

it("bash-tool-demo.ts shows all of it", async () => {
  const printed = await runExample("bash-tool-demo.ts");
  for (const part of [
    "    c1 | line 3\n",
    "[error policy_denied] denied: the user said no.",
    "Esc: cancelled\n",
    'by user: "Esc"',
    "Ctrl+B: true\n",
    "[running h3 · ",
    "· h3 · 2 lines · build]",
    "· last words]",
  ]) {
    expect(printed).toContain(part);
  }
});

it("bash-tool-demo.ts ends its commands on Ctrl-C", async () => {
  const home = mkdtempSync(join(tmpdir(), "longhand-bash-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const args = ["--import", resolve("test/support/from-source.mjs"), resolve("examples/bash-tool-demo.ts")];
  const env = { ...process.env, TMPDIR: home, LONGHAND_RUNTIME_DIR: home };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  // c3 sleeps for ten minutes; `expectNoStrays` looks whether it still does.
  for await (const printed of child.stdout) if (String(printed).includes("c3 | working")) child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
});

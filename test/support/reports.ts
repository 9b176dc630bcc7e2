/** Reports, snapshots and messages as a test needs them: everything ordinary but what it says. */
import { emptyReceipt, noOutput, noText } from "../../src/handle/build-report.ts";
import type { Report } from "../../src/handle/report.ts";
import type { Snapshot } from "../../src/handle/snapshot.ts";
import type { MessageRecord } from "../../src/ledger/ledger.ts";
import { plainText } from "../../src/output/text.ts";

export function report(facts: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    handleId: "hto-1",
    alias: 7,
    commandId: "cmd_1",
    callId: null,
    label: null,
    operation: null,
    command: "npm test",
    cwd: "/",
    outcome: "exited",
    endedBy: { kind: "exit", by: "command", reason: null },
    exitCode: 0,
    signal: null,
    pid: 1,
    startedAt: 0,
    endedAt: 0,
    durationMs: 41_000,
    output: noOutput,
    stdout: noText,
    stderr: noText,
    mergedStderr: false,
    outputIncomplete: false,
    receipt: emptyReceipt,
    sandbox: { kind: "none", enforced: false },
    findings: null,
    terminal: null,
    screen: null,
    result: null,
    progress: null,
    error: null,
    errorKind: null,
    ...facts,
  };
}

/** A report with this output on stdout, as a recorder previews it. */
export function printed(text: string, facts: Partial<Report> = {}): Report {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const stream = { bytes: Buffer.byteLength(text), lines, path: null };
  return report({
    stdout: { ...noText, text: plainText(text) },
    output: { ...noOutput, stdout: stream, combined: stream },
    ...facts,
  });
}

export function snapshot(facts: Partial<Snapshot> = {}): Snapshot {
  const { handleId, alias, commandId, callId, label, operation, command, cwd } = report();
  return {
    ...{ handleId, alias, commandId, callId, label, operation, command, cwd },
    phase: "running",
    pid: 1,
    startedAt: 0,
    durationMs: 10_000,
    stdout: noText,
    stderr: noText,
    mergedStderr: false,
    bytes: 3_100,
    stderrBytes: 0,
    lines: 0,
    silenceMs: 0,
    progress: null,
    activity: null,
    ...facts,
  };
}

export function message(body: object, facts: Partial<MessageRecord> = {}): MessageRecord {
  return {
    messageId: "msg_1",
    sessionId: "s",
    sequence: 1,
    kind: "tool_result",
    priority: 0,
    handleId: "hto-1",
    alias: 7,
    callId: null,
    label: null,
    createdAt: 0,
    redelivered: false,
    body: body as MessageRecord["body"],
    ...facts,
  };
}

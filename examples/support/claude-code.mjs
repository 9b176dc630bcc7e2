#!/usr/bin/env node
/**
 * Stands in for Claude Code where there is none: `query({ options: { pathToClaudeCodeExecutable } })` runs it, and the model is a script.
 *
 * It speaks what the Claude Agent SDK speaks with Claude Code 2.1 over stdin and stdout: initialize, hooks, tools of an in-process MCP server
 * with the id of the call, parallel calls of tools that only read and all else one after the other, an interrupt with a cancel notification
 * for each call, and a conversation on disk that is written a moment late and can be resumed. It has no tools of its own, asks for no
 * permission, and shows what the model would see as a message `system/model_input`, which Claude Code does not.
 *
 * CLAUDE_SCRIPT: the model's steps as JSON: `{ "text": "…" }`, `{ "calls": [{ "id": "…", "tool": "mcp__SERVER__TOOL", "input": {} }] }` or
 * `{ "fail": true }`; "{mail}" in a text is what the hooks added last. CLAUDE_CONFIG_DIR: where conversations are kept.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const script = JSON.parse(process.env.CLAUDE_SCRIPT ?? "[]");
const resumed = process.argv.find((arg) => arg.startsWith("--resume="))?.slice("--resume=".length);
const sessionId = resumed ?? randomUUID();
const transcript = join(process.env.CLAUDE_CONFIG_DIR ?? "/tmp", `${sessionId}.jsonl`);
const history = existsSync(transcript)
  ? readFileSync(transcript, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
  : [];
const waiting = new Map();
const tools = new Map();
let hooks = {};
let writeLate = null;
let unwritten = "";
/** What is in flight with the MCP servers, so that an interrupt can cancel it. */
const calls = new Map();
let interrupted = false;
let mail = "(nothing)";

const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const say = (message) => send({ ...message, session_id: sessionId, uuid: randomUUID() });

function request(body) {
  const id = randomUUID();
  send({ type: "control_request", request_id: id, request: body });
  const { promise, resolve, reject } = Promise.withResolvers();
  waiting.set(id, { resolve, reject });
  return promise;
}

function remember(role, content) {
  history.push({ role, content });
  unwritten += `${JSON.stringify({ role, content })}\n`;
  writeLate ??= setTimeout(write, 100);
}

function write() {
  clearTimeout(writeLate);
  writeLate = null;
  appendFileSync(transcript, unwritten);
  unwritten = "";
}

/** The texts that the hooks add. One that fails is a warning, and the run goes on. */
async function callHooks(event, facts) {
  const input = {
    hook_event_name: event,
    session_id: sessionId,
    transcript_path: transcript,
    cwd: process.cwd(),
    ...facts,
  };
  const ids = (hooks[event] ?? []).flatMap(({ hookCallbackIds }) => hookCallbackIds);
  const answers = await Promise.allSettled(
    ids.map((id) => request({ subtype: "hook_callback", callback_id: id, input, tool_use_id: randomUUID() })),
  );
  for (const { reason } of answers) if (reason) say({ type: "system", subtype: "hook_failed", error: String(reason) });
  const texts = answers.map(({ value }) => value?.hookSpecificOutput?.additionalContext).filter(Boolean);
  mail = texts.at(-1) ?? mail;
  return texts;
}

async function mcp(server, method, params) {
  const id = randomUUID();
  if (method === "tools/call") calls.set(id, server);
  const message = { jsonrpc: "2.0", id, method, params };
  const { mcp_response: answer } = await request({ subtype: "mcp_message", server_name: server, message });
  calls.delete(id);
  if (answer.error) throw new Error(answer.error.message);
  return answer.result;
}

const notify = (server, method, params) =>
  request({ subtype: "mcp_message", server_name: server, message: { jsonrpc: "2.0", method, params } });

async function connect(server) {
  const clientInfo = { name: "scripted", version: "1" };
  await mcp(server, "initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
  await notify(server, "notifications/initialized", {});
  const { tools: listed } = await mcp(server, "tools/list", {});
  for (const tool of listed) tools.set(`mcp__${server}__${tool.name}`, { server, ...tool });
}

async function callTool({ id, tool: name, input }) {
  const { server, name: own } = tools.get(name);
  const params = { name: own, arguments: input, _meta: { "claudecode/toolUseId": id, progressToken: id } };
  const { content, structuredContent, isError } = await mcp(server, "tools/call", params);
  const shown = structuredContent === undefined ? content : JSON.stringify(structuredContent);
  return { type: "tool_result", tool_use_id: id, content: shown, ...(isError ? { is_error: true } : {}) };
}

async function callTools(wanted) {
  if (wanted.every(({ tool }) => tools.get(tool).annotations?.readOnlyHint)) return Promise.all(wanted.map(callTool));
  const results = [];
  for (const call of wanted) results.push(await callTool(call));
  return results;
}

/** One step of the model. True when it wants to go on. */
async function step() {
  const next = script.shift() ?? { text: "(the script is at its end)" };
  say({ type: "system", subtype: "model_input", messages: history });
  if (next.fail) {
    await callHooks("StopFailure", { error: "unknown" });
    throw new Error("API Error: scripted");
  }
  const uses = (next.calls ?? []).map(({ id, tool, input }) => ({ type: "tool_use", id, name: tool, input }));
  const content = [...(next.text ? [{ type: "text", text: next.text.replace("{mail}", mail) }] : []), ...uses];
  say({ type: "assistant", message: { role: "assistant", content }, parent_tool_use_id: null });
  remember("assistant", content);
  if (uses.length === 0) {
    const reminders = await callHooks("Stop", { stop_hook_active: false });
    for (const text of reminders) remember("user", [{ type: "text", text }]);
    return reminders.length > 0;
  }
  const results = await callTools(next.calls);
  say({ type: "user", message: { role: "user", content: results }, parent_tool_use_id: null });
  remember("user", results);
  for (const text of await callHooks("PostToolBatch", { tool_calls: [] })) remember("system", text);
  return true;
}

async function turn(prompt) {
  const contexts = await callHooks("UserPromptSubmit", { prompt });
  remember("user", prompt);
  for (const text of contexts) remember("system", text);
  const result = { type: "result", subtype: "success", is_error: false, result: "", num_turns: 1 };
  try {
    while (!interrupted && (await step()));
    process.exitCode = 0;
  } catch (error) {
    result.is_error = true;
    result.result = error.message;
    process.exitCode = 1;
  }
  if (interrupted)
    Object.assign(result, { subtype: "error_during_execution", is_error: true, errors: ["interrupted"] });
  interrupted = false;
  say(result);
}

/** Its calls get no answer: here each ends as interrupted. */
async function interrupt() {
  interrupted = true;
  for (const [requestId, server] of calls) {
    await notify(server, "notifications/cancelled", { requestId, reason: "AbortError: remote-cancel" });
  }
  for (const { reject } of waiting.values()) reject(new Error("interrupted"));
  waiting.clear();
}

async function answer({ request_id, request: { subtype, hooks: asked = {}, sdkMcpServers = [] } }) {
  if (subtype === "interrupt") await interrupt();
  send({ type: "control_response", response: { subtype: "success", request_id, response: {} } });
  if (subtype !== "initialize") return;
  hooks = asked;
  await Promise.all(sdkMcpServers.map(connect));
}

let before = Promise.resolve();
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type === "control_response") {
    const { request_id, subtype, response, error } = message.response;
    const { resolve, reject } = waiting.get(request_id) ?? {};
    waiting.delete(request_id);
    if (subtype === "success") resolve?.(response);
    else reject?.(new Error(error));
  } else if (message.type === "control_request" && message.request.subtype === "interrupt") {
    void answer(message);
  } else if (message.type === "control_request") {
    before = before.then(() => answer(message));
  } else if (message.type === "user") {
    const { content } = message.message;
    before = before.then(() => turn(typeof content === "string" ? content : content[0].text));
  }
}
// The end of stdin: nobody is there to answer what is in flight.
write();
process.exit();

/** An agent loop as a host would write it; only the model is scripted. */
import type { Json, JsonObject } from "../../base/json.ts";
import type { Session } from "../../session/session.ts";
import { type AgentTool, agentTools } from "../../tools/agent-tools.ts";
import type { Screen } from "./screen.ts";

/** What the model answers. */
export interface Turn {
  readonly say: string;
  readonly call?: { readonly tool: string; readonly input: JsonObject };
  /** It has nothing to do until something arrives. */
  readonly idle?: boolean;
}

/** Resolves with the JSON of the last tool answer. */
export async function runAgent(session: Session, script: readonly Turn[], screen: Screen): Promise<JsonObject> {
  const tools = new Map(agentTools(session).map((tool) => [tool.name, tool]));
  let answer: JsonObject = {};
  for (const turn of script) {
    await readInbox(session, screen);
    screen.say("agent", turn.say);
    if (turn.call !== undefined) answer = await callTool(tools.get(turn.call.tool), turn.call.input, screen);
    if (turn.idle === true) await arrival(session);
  }
  await readInbox(session, screen);
  return answer;
}

async function callTool(tool: AgentTool | undefined, input: JsonObject, screen: Screen): Promise<JsonObject> {
  if (tool === undefined) return {};
  screen.say("tool", `${tool.name} ${inputLine(input)}`);
  const { text, data } = await tool.execute(input);
  screen.detail(text);
  return data;
}

/** Results go into the transcript first and are acknowledged then: none is lost, none comes twice. */
async function readInbox(session: Session, screen: Screen): Promise<void> {
  const mail = await session.inbox.claim();
  if (mail === null) return;
  const [header = "", ...rest] = mail.text.split("\n");
  screen.say("inbox", header);
  screen.detail(rest.join("\n"));
  await mail.ack();
}

function arrival(session: Session): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = session.inbox.onReady(resolve);
  return promise.finally(() => subscription[Symbol.dispose]());
}

/** `./build.sh  background_after_ms=0`: the command first, the rest by name. */
function inputLine({ command, argv, ...rest }: JsonObject): string {
  const what = Array.isArray(argv) ? argv.map((word) => readable(word as string)).join(" ") : String(command ?? "");
  const others = Object.entries(rest).map(([name, value]) => `${name}=${readable(value)}`);
  return [what, ...others].filter((word) => word !== "").join("  ");
}

function readable(value: Json | undefined): string {
  return typeof value === "string" && /^[\w./-]+$/.test(value) ? value : JSON.stringify(value);
}

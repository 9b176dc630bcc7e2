/** Mutated lines through a whole bridge over the fake engine: connection after connection, each with what it has to answer. */
import { PassThrough } from "node:stream";
import { createBridge } from "../../../src/bridge/index.ts";
import { runtimeOf } from "../fake-bridge.ts";
import { type FakeEngine, fakeEngine, turn } from "../fake-engine.ts";
import { type Expected, expectAnswers } from "./expected-answers.ts";
import { opening, validMessage } from "./messages.ts";
import { mutated } from "./mutate.ts";
import { Random } from "./random.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly lines: number;
  /** Called after each connection. */
  readonly onProgress?: (lines: number) => void;
}

export interface FuzzFigures {
  readonly lines: number;
  readonly answered: number;
  readonly results: number;
  readonly logged: number;
}

const linesPerConnection = 1_000;
const linesPerChunk = 25;
/** A ledger that forgets nothing grows by its sessions and handles: that is no leak of the bridge. */
const connectionsPerEngine = 10;
/** Small, so that lines beyond it are cheap. */
const maxLineBytes = 64 * 1024;

/** Throws at the first connection that did not answer each request once. */
export async function fuzzBridge({ seed, lines, onProgress = () => {} }: FuzzOptions): Promise<FuzzFigures> {
  const figures = { lines: 0, answered: 0, results: 0, logged: 0 };
  let engine: FakeEngine | null = null;
  let connections = 0;
  while (figures.lines < lines) {
    if (connections % connectionsPerEngine === 0) {
      engine?.[Symbol.dispose]();
      engine = await fakeEngine();
    }
    connections += 1;
    const connectionSeed = seed + connections;
    const count = Math.min(linesPerConnection, lines - figures.lines);
    const told = await fuzzConnection(engine as FakeEngine, connectionSeed, count).catch((error: unknown) => {
      throw new Error(`with the seed ${connectionSeed}: ${String(error)}`, { cause: error });
    });
    figures.lines += count;
    figures.answered += told.answered;
    figures.results += told.results;
    figures.logged += told.logged;
    onProgress(figures.lines);
  }
  engine?.[Symbol.dispose]();
  return figures;
}

async function fuzzConnection(engine: FakeEngine, seed: number, lines: number): Promise<Omit<FuzzFigures, "lines">> {
  const random = new Random(seed);
  const sessions = [1, 2, 3].map((number) => `c${seed}-${number}`);
  const input = new PassThrough();
  const answers = new Answers();
  const expected: Expected = { byId: new Map() };
  let logged = 0;
  const runtime = runtimeOf(engine);
  const log = (): void => {
    logged += 1;
  };
  const bridge = createBridge();
  const served = bridge.serve({ input, output: answers.output, runtime, log, maxLineBytes });
  const openings = Buffer.from(sessions.map((id) => `${opening(id)}\n`).join(""));
  expectAnswers(openings, maxLineBytes, expected);
  input.write(openings);
  for (let sent = 0; sent < lines; sent += linesPerChunk) {
    const chunk = Array.from({ length: Math.min(linesPerChunk, lines - sent) }, () => [
      mutated(validMessage(random, sessions), random),
      Buffer.from(random.chance(0.1) ? "\r\n" : "\n"),
    ]);
    const bytes = Buffer.concat(chunk.flat());
    expectAnswers(bytes, maxLineBytes, expected);
    input.write(bytes);
    await turn();
    somethingHappens(engine, random);
  }
  input.end();
  await endAll(engine, served);
  answers.compare(expected);
  return { answered: answers.count, results: answers.results, logged };
}

/** Commands print and end, and time passes. */
function somethingHappens({ launcher, clock }: FakeEngine, random: Random): void {
  const { processes } = launcher;
  const process = processes[processes.length - 1 - random.below(Math.min(processes.length, 20))];
  if (random.chance(0.5)) process?.print("x\n");
  if (random.chance(0.5)) process?.exit();
  if (random.chance(0.3)) clock.advance(random.below(100));
}

/** Time stands still but for us: what waits for it ends too. */
async function endAll({ clock, launcher }: FakeEngine, served: Promise<void>): Promise<void> {
  let isServed = false;
  const done = served.then(() => {
    isServed = true;
  });
  for (let turns = 0; !isServed && turns < 100_000; turns++) {
    for (const process of launcher.processes.splice(0)) process.exit();
    clock.advance(10);
    await turn();
  }
  if (!isServed) throw new Error("the connection does not end");
  await done;
}

/** What came back, by id. */
class Answers {
  readonly output = new PassThrough();
  readonly #byId = new Map<string, number>();
  #held = "";
  count = 0;
  results = 0;

  constructor() {
    this.output.setEncoding("utf8");
    this.output.on("data", (text: string) => {
      const lines = (this.#held + text).split("\n");
      this.#held = lines.pop() ?? "";
      for (const line of lines) this.#take(JSON.parse(line));
    });
  }

  compare({ byId }: Expected): void {
    const differing = [...new Set([...byId.keys(), ...this.#byId.keys()])].filter(
      (id) => byId.get(id) !== this.#byId.get(id),
    );
    if (this.#held !== "") throw new Error("half a line");
    if (differing.length === 0) return;
    const [id = ""] = differing;
    throw new Error(`${id.slice(0, 80)}: expected ${byId.get(id)} answers, got ${this.#byId.get(id)}`);
  }

  #take({ id, method, result, error }: Record<string, unknown>): void {
    if (method !== undefined) return;
    this.count += 1;
    if (result !== undefined) this.results += 1;
    // A request under an id that is in flight is refused without it, and names it in the data.
    const { data } = (error ?? {}) as { data?: Record<string, unknown> };
    const meant = id === null && data !== undefined && Object.hasOwn(data, "id") ? data["id"] : id;
    const key = JSON.stringify(meant);
    this.#byId.set(key, (this.#byId.get(key) ?? 0) + 1);
  }
}

/** Whatever leads to a bridge, as two Node streams: a socket, a child process, or a pair of Node or web streams. */
import type { Duplex, Readable, Writable } from "node:stream";
import type { ReadableStream, WritableStream } from "node:stream/web";
import { LonghandError } from "../base/errors.ts";

/** Two ends: what the bridge writes is read from `readable`, what it shall read is written to `writable`. */
export interface StreamPair {
  readonly readable: Readable | ReadableStream;
  readonly writable: Writable | WritableStream;
  /** Called when the connection is over, once. `isBroken`: it was not closed by the client, and nothing more is to be waited for. */
  readonly close?: (how: { readonly isBroken: boolean }) => Promise<void> | void;
  /** Asked when the other side ends the connection, or does not answer: a reason that is not in the stream, like how a process exited. */
  readonly whyEnded?: () => Promise<string | null>;
}

/** What has pipes, like a child process. It is not ended by us: a bridge ends with its stdin. */
export interface ProcessPipes {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
}

export type ClientStream = Duplex | StreamPair | ProcessPipes;

export interface Streams {
  readonly input: Readable;
  readonly output: Writable;
  close(how: { readonly isBroken: boolean }): Promise<void>;
  whyEnded(): Promise<string | null>;
}

/** Rejects with `invalid_parameter` for what is none of them. */
export async function streamsOf(stream: ClientStream): Promise<Streams> {
  const given: unknown = stream;
  if (isObject(given) && "stdin" in given && "stdout" in given) {
    const { stdin, stdout } = given as unknown as ProcessPipes;
    if (stdin !== null && stdout !== null) return streams(stdout, stdin);
    throw notStreams("a process without pipes for stdin and stdout");
  }
  if (isObject(given) && isObject(given["readable"]) && isObject(given["writable"])) {
    const { readable, writable, close, whyEnded } = given as unknown as StreamPair;
    return { ...streams(await nodeReadable(readable), await nodeWritable(writable)), ...ends(close, whyEnded) };
  }
  // The `readable` of a Node stream says whether there is something to read.
  if (isObject(given) && typeof given["on"] === "function" && typeof given["write"] === "function") {
    const duplex = given as unknown as Duplex;
    return streams(duplex, duplex);
  }
  throw notStreams(given === null ? "null" : typeof given);
}

function streams(input: Readable, output: Writable): Streams {
  return { input, output, ...ends(undefined, undefined) };
}

function ends(close: StreamPair["close"], whyEnded: StreamPair["whyEnded"]): Pick<Streams, "close" | "whyEnded"> {
  return { close: async (how) => close?.(how), whyEnded: async () => (await whyEnded?.()) ?? null };
}

async function nodeReadable(readable: StreamPair["readable"]): Promise<Readable> {
  if (!("getReader" in readable)) return readable;
  const { Readable: NodeReadable } = await import("node:stream");
  return NodeReadable.fromWeb(readable);
}

async function nodeWritable(writable: StreamPair["writable"]): Promise<Writable> {
  if (!("getWriter" in writable)) return writable;
  const { Writable: NodeWritable } = await import("node:stream");
  return NodeWritable.fromWeb(writable);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function notStreams(got: string): LonghandError {
  const expected = "a duplex stream, {readable, writable}, or a child process with pipes";
  return new LonghandError("invalid_parameter", `open must give ${expected}, not ${got}`, {
    param: "open",
    details: { expected, got },
  });
}

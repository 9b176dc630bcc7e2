/** A bridge that a test plays by hand: streams for the client, and what the client sent, line by line. */
import { PassThrough } from "node:stream";
import { eventually } from "./eventually.ts";

export interface Sent {
  readonly id?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

export class FakeServer {
  readonly readable: PassThrough = new PassThrough();
  readonly writable: PassThrough = new PassThrough();
  readonly sent: Sent[] = [];
  #held = "";

  /** `answers` are given by themselves, by method. */
  constructor(answers: Readonly<Record<string, ((message: Sent) => unknown) | undefined>> = {}) {
    this.writable.setEncoding("utf8");
    this.writable.on("data", (text: string) => {
      const lines = (this.#held + text).split("\n");
      this.#held = lines.pop() ?? "";
      for (const line of lines) {
        const message = JSON.parse(line) as Sent;
        this.sent.push(message);
        const answer = answers[message.method ?? ""];
        if (answer !== undefined && message.id !== undefined) this.answer(message, answer(message));
      }
    });
  }

  answer({ id }: Sent, result: unknown): void {
    this.line({ id, result });
  }

  line(message: object): void {
    this.raw(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  raw(bytes: string | Uint8Array): void {
    this.readable.write(bytes);
  }

  /** As a process that dies: both ends at once. */
  cut(): void {
    this.readable.destroy();
    this.writable.destroy();
  }

  /** The newest message of this method, once it came. */
  got(method: string): Promise<Sent> {
    return eventually(() => this.sent.findLast((message) => message.method === method), { what: method });
  }
}

/** What a client needs to open a session. */
export const greeting = {
  initialize: () => ({ protocol_version: "2026-11-01", capabilities: { approval: true, receipts: true } }),
  "session/open": ({ params }: Sent) => ({ session_id: params?.["session_id"], parent_session_id: null }),
  "inbox/subscribe": () => ({ unread: 0, claimed: 0, pending: 0 }),
} as const;

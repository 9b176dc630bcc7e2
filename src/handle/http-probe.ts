/** One look whether a server on this machine answers HTTP. Only this machine: the probe is ours, and may reach what the command may not. */
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { isIPv4 } from "node:net";
import type { Clock } from "../base/clock.ts";

/** `http://localhost:5173/health`, or without the origin `:5173/health`. Null when it is no such thing. */
export function parseProbeUrl(text: string): URL | null {
  const url = URL.parse(text.startsWith(":") ? `http://localhost${text}` : text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "")
    return null;
  const host = hostOf(url);
  return isEverywhere(host) || isLoopback(host) ? url : null;
}

export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/** Where to connect for this URL when somebody listens there; null when that would not reach them. */
export function addressFor(url: URL, listensOn: string): string | null {
  const asked = hostOf(url);
  if (isEverywhere(asked)) {
    if (listensOn === "0.0.0.0") return "127.0.0.1";
    if (listensOn === "::") return "::1";
    return isLoopback(listensOn) ? listensOn : null;
  }
  // A v6 socket on every address also serves v4, unless it was told not to: then the connection is refused.
  const reaches = listensOn === asked || listensOn === "::" || (listensOn === "0.0.0.0" && asked !== "::1");
  return reaches ? asked : null;
}

export interface ProbeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A server that takes longer is not ready; it is asked again. */
const answerWithinMs = 2_000;

/** The status of a GET; null when there is no answer. Follows no redirect, reads no body, accepts the certificate that a developer made. */
export async function probeHttp(url: URL, address: string, { clock, signal }: ProbeOptions): Promise<number | null> {
  const { request } = await import(url.protocol === "https:" ? "node:https" : "node:http");
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    host: address,
    port: portOf(url),
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, connection: "close" },
    agent: false,
    rejectUnauthorized: false,
    signal,
  };
  const asking: ClientRequest = request(options);
  asking.once("response", (response: IncomingMessage) => resolve(response.statusCode ?? null));
  // Also after the answer: what follows is of no interest.
  asking.on("error", () => resolve(null));
  const timer = clock.after(answerWithinMs, () => resolve(null));
  asking.end();
  try {
    return await promise;
  } finally {
    timer.cancel();
    asking.destroy();
  }
}

function hostOf({ hostname }: URL): string {
  return hostname.replaceAll(/[[\]]/g, "");
}

/** Any address of this machine will do. */
function isEverywhere(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "0.0.0.0" || host === "::";
}

function isLoopback(host: string): boolean {
  return host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** How often each id has to be answered, told from the bytes alone: by the text of JSON-RPC 2.0 and the limits of the bridge, not by its code. */

export interface Expected {
  /** By the id as JSON; `null` counts refusals of what has no id to trust. */
  readonly byId: Map<string, number>;
}

export function expectAnswers(bytes: Buffer, maxLineBytes: number, { byId }: Expected): void {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    const id = answeredId(line, maxLineBytes);
    if (id !== undefined) byId.set(id, (byId.get(id) ?? 0) + 1);
    start += line.length + 1;
  }
}

/** Undefined when nothing is answered. */
function answeredId(line: Buffer, maxLineBytes: number): string | undefined {
  if (line.length > maxLineBytes) return "null";
  let message: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(line);
    if (text.trim() === "") return undefined;
    message = JSON.parse(text);
  } catch {
    return "null";
  }
  if (typeof message !== "object" || message === null || Array.isArray(message)) return "null";
  const { id, method, jsonrpc } = message as Record<string, unknown>;
  if (id !== undefined && !isId(id)) return "null";
  const isCall = typeof method === "string";
  if (id === undefined) return isCall ? undefined : isResponse(message, method, jsonrpc) ? undefined : "null";
  if (isResponse(message, method, jsonrpc)) return undefined;
  return JSON.stringify(id);
}

function isResponse(message: object, method: unknown, jsonrpc: unknown): boolean {
  return (
    jsonrpc === "2.0" && method === undefined && (Object.hasOwn(message, "result") || Object.hasOwn(message, "error"))
  );
}

function isId(value: unknown): boolean {
  return value === null || typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

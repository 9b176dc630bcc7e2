/** Readiness in the words of the wire. */
import type { JsonObject } from "../base/json.ts";
import type { Holder } from "../handle/port-holder.ts";
import type { Readiness, Sign } from "../handle/readiness.ts";

export function readyToWire(readiness: Readiness): JsonObject {
  const { ready, afterMs } = readiness;
  const told = { ready, after_ms: afterMs };
  if (readiness.ready) return { ...told, ...signToWire(readiness) };
  const { because, holder, status } = readiness;
  const held = holder === null ? {} : { holder: holderToWire(holder) };
  return { ...told, because, ...held, ...(status === null ? {} : { status }) };
}

function signToWire(sign: Sign): JsonObject {
  switch (sign.by) {
    case "pattern":
      return { by: sign.by, match: sign.match, stream: sign.stream, offset: sign.offset };
    case "port":
      return { by: sign.by, port: sign.port, address: sign.address, pid: sign.pid };
    case "http":
      return { by: sign.by, url: sign.url, status: sign.status, address: sign.address };
  }
}

export function holderToWire({ port, address, uid, pid, name, handle }: Holder): JsonObject {
  return {
    port,
    address,
    uid,
    pid,
    command_name: name,
    handle_id: handle?.handleId ?? null,
    alias: handle === null ? null : `h${handle.alias}`,
    command: handle?.command ?? null,
  };
}

/** Rows of the database as the records of the port. */
import type { JsonObject } from "../../base/json.ts";
import type { HandleRecord, HostRecord, MessageRecord, SessionRecord } from "../ledger.ts";
import type { Row } from "./connection.ts";

export function text(row: Row, column: string): string {
  return String(row[column]);
}

export function number(row: Row, column: string): number {
  return Number(row[column]);
}

function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : number(row, column);
}

/** Columns of JSON hold what an operation of ours wrote there. */
function json<T>(row: Row, column: string): T {
  return JSON.parse(text(row, column)) as T;
}

function jsonOrNull(row: Row, column: string): JsonObject | null {
  return row[column] === null ? null : json<JsonObject>(row, column);
}

export function hostOf(row: Row): HostRecord {
  return {
    hostId: text(row, "host_id"),
    epoch: number(row, "epoch"),
    identity: json<HostRecord["identity"]>(row, "identity"),
    openedAt: number(row, "opened_at"),
    beatAt: number(row, "beat_at"),
    alive: row["alive"] === 1,
  };
}

export function sessionOf(row: Row): SessionRecord {
  return {
    sessionId: text(row, "session_id"),
    parentId: textOrNull(row, "parent_id"),
    onClose: text(row, "on_close") as SessionRecord["onClose"],
    state: text(row, "state") as SessionRecord["state"],
    readerEpoch: number(row, "reader_epoch"),
    createdAt: number(row, "created_at"),
    attachedAt: number(row, "attached_at"),
  };
}

export function handleOf(row: Row): HandleRecord {
  return {
    handleId: text(row, "handle_id"),
    sessionId: text(row, "session_id"),
    alias: number(row, "alias"),
    hostId: text(row, "host_id"),
    epoch: number(row, "epoch"),
    callId: textOrNull(row, "call_id"),
    label: textOrNull(row, "label"),
    lifetime: text(row, "lifetime") as HandleRecord["lifetime"],
    state: text(row, "state") as HandleRecord["state"],
    spec: json<JsonObject>(row, "spec"),
    notes: json<JsonObject>(row, "notes"),
    report: jsonOrNull(row, "report"),
    artifacts: text(row, "artifacts") as HandleRecord["artifacts"],
    cancel: jsonOrNull(row, "cancel"),
    createdAt: number(row, "created_at"),
    endedAt: numberOrNull(row, "ended_at"),
  };
}

export function messageOf(row: Row): MessageRecord {
  return {
    messageId: text(row, "message_id"),
    sessionId: text(row, "session_id"),
    sequence: number(row, "sequence"),
    kind: text(row, "kind"),
    priority: number(row, "priority"),
    handleId: textOrNull(row, "handle_id"),
    alias: numberOrNull(row, "alias"),
    callId: textOrNull(row, "call_id"),
    label: textOrNull(row, "label"),
    createdAt: number(row, "created_at"),
    redelivered: row["redelivered"] === 1,
    body: json<JsonObject>(row, "body"),
  };
}

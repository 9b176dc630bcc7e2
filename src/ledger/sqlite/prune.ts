/** Retention in the database: what is delivered, ended, closed and old goes away. */
import type { LedgerOperations } from "../ledger.ts";
import { rowLimit } from "../rules.ts";
import type { StoreContext } from "./lookups.ts";
import { text } from "./rows.ts";

export function pruneOperation({ connection }: StoreContext): Pick<LedgerOperations, "prune"> {
  return {
    prune({ before, limit }) {
      connection.run(
        `DELETE FROM messages WHERE row IN (SELECT row FROM messages
           WHERE state = 'acked' AND created_at < ? ORDER BY created_at, row LIMIT ?)`,
        before,
        rowLimit(limit),
      );
      // A handle stays as long as its result was not delivered, whatever its age.
      const freed = connection.all(
        `SELECT handle_id FROM handles WHERE state = 'ended' AND ended_at < ?
           AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.handle_id = handles.handle_id AND messages.state <> 'acked')
         ORDER BY ended_at, row LIMIT ?`,
        before,
        rowLimit(limit),
      );
      const handleIds = freed.map((row) => text(row, "handle_id"));
      for (const handleId of handleIds) connection.run("DELETE FROM handles WHERE handle_id = ?", handleId);
      // An acknowledged claim is remembered, for a repeated ack, as long as one of its messages is.
      connection.run(
        "DELETE FROM claims WHERE NOT EXISTS (SELECT 1 FROM messages WHERE messages.claim_id = claims.claim_id)",
      );
      connection.run(
        `DELETE FROM sessions WHERE state = 'closed' AND attached_at < ? AND messages = 0
           AND NOT EXISTS (SELECT 1 FROM handles WHERE handles.session_id = sessions.session_id)`,
        before,
      );
      connection.run(
        `DELETE FROM dedupe WHERE session_id NOT IN (SELECT session_id FROM sessions)
           OR (created_at < ? AND NOT EXISTS (SELECT 1 FROM messages WHERE messages.message_id = dedupe.message_id))`,
        before,
      );
      // A host that is over and owns nothing is of no use to anybody. Without its record its tickets stay fenced.
      connection.run(
        `DELETE FROM hosts WHERE alive = 0 AND beat_at < ?
           AND NOT EXISTS (SELECT 1 FROM handles WHERE handles.host_id = hosts.host_id AND handles.state = 'running')`,
        before,
      );
      return handleIds;
    },
  };
}

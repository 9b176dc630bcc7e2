/** Hosts in the database: epochs, and who takes over from a dead one. */
import type { LedgerOperations } from "../ledger.ts";
import { handlesRunning, hostFenced, notFound } from "../refusals.ts";
import { isCurrent, type StoreContext } from "./lookups.ts";
import { handleOf, hostOf, number } from "./rows.ts";

type HostOperations = Pick<LedgerOperations, "openHost" | "beat" | "hosts" | "adopt" | "closeHost">;

export function hostOperations(context: StoreContext): HostOperations {
  const { connection } = context;
  return {
    openHost({ hostId, identity, now }) {
      const row = connection.get(
        `INSERT INTO hosts (host_id, epoch, identity, opened_at, beat_at, alive) VALUES (?1, 1, ?2, ?3, ?3, 1)
         ON CONFLICT (host_id) DO UPDATE
         SET epoch = epoch + 1, identity = ?2, opened_at = ?3, beat_at = ?3, alive = 1 RETURNING epoch`,
        hostId,
        JSON.stringify(identity),
        now,
      );
      return { hostId, epoch: Number(row?.["epoch"]) };
    },

    beat: ({ ticket: { hostId, epoch }, now }) =>
      connection.run("UPDATE hosts SET beat_at = ? WHERE host_id = ? AND epoch = ? AND alive = 1", now, hostId, epoch) >
      0,

    hosts: () => connection.all("SELECT * FROM hosts ORDER BY row").map(hostOf),

    adopt({ deadHostId, by }) {
      if (!isCurrent(context, by)) throw hostFenced(by);
      if (connection.get("SELECT 1 FROM hosts WHERE host_id = ?", deadHostId) === undefined)
        throw notFound("host", deadHostId);
      const itself = deadHostId === by.hostId;
      if (!itself)
        connection.run("UPDATE hosts SET alive = 0, epoch = epoch + 1 WHERE host_id = ? AND alive = 1", deadHostId);
      const left = connection.all(
        "SELECT row FROM handles WHERE host_id = ? AND state = 'running' AND NOT (? AND epoch = ?) ORDER BY row",
        deadHostId,
        Number(itself),
        by.epoch,
      );
      return left.flatMap((found) => {
        const sql = "UPDATE handles SET host_id = ?, epoch = ? WHERE row = ? RETURNING *";
        return connection.all(sql, by.hostId, by.epoch, number(found, "row")).map(handleOf);
      });
    },

    closeHost({ ticket }) {
      if (!isCurrent(context, ticket)) return;
      const { hostId, epoch } = ticket;
      const left = connection.get(
        `SELECT count(*) AS count FROM handles
         WHERE host_id = ? AND epoch = ? AND state = 'running' AND lifetime = 'session'`,
        hostId,
        epoch,
      );
      const count = Number(left?.["count"]);
      if (count > 0) throw handlesRunning(hostId, count);
      connection.run("UPDATE hosts SET alive = 0 WHERE host_id = ?", hostId);
    },
  };
}

/** Hosts in memory: epochs, and who takes over from a dead one. */
import type { HandleRecord, LedgerOperations } from "../ledger.ts";
import { handlesRunning, notFound } from "../refusals.ts";
import { isCurrent, type MemoryState, requireHost, runningHandles } from "./state.ts";

type HostOperations = Pick<LedgerOperations, "openHost" | "beat" | "hosts" | "adopt" | "closeHost">;

export function hostOperations(state: MemoryState): HostOperations {
  return {
    openHost({ hostId, identity, now }) {
      const epoch = (state.hosts.get(hostId)?.epoch ?? 0) + 1;
      state.hosts.set(hostId, { hostId, epoch, identity, openedAt: now, beatAt: now, alive: true });
      return { hostId, epoch };
    },

    beat({ ticket, now }) {
      const host = state.hosts.get(ticket.hostId);
      if (host === undefined || !isCurrent(state, ticket)) return false;
      state.hosts.set(host.hostId, { ...host, beatAt: now });
      return true;
    },

    hosts: () => [...state.hosts.values()],

    adopt({ deadHostId, by }) {
      requireHost(state, by);
      const dead = state.hosts.get(deadHostId);
      if (dead === undefined) throw notFound("host", deadHostId);
      const itself = deadHostId === by.hostId;
      if (!itself && dead.alive) state.hosts.set(deadHostId, { ...dead, alive: false, epoch: dead.epoch + 1 });
      const adopted: HandleRecord[] = [];
      for (const handle of runningHandles(state)) {
        const { hostId, epoch } = handle.record;
        if (hostId !== deadHostId || (itself && epoch === by.epoch)) continue;
        handle.record = { ...handle.record, hostId: by.hostId, epoch: by.epoch };
        adopted.push(handle.record);
      }
      return adopted;
    },

    closeHost({ ticket }) {
      const host = state.hosts.get(ticket.hostId);
      if (host === undefined || !isCurrent(state, ticket)) return;
      const left = runningHandles(state).filter(
        ({ record }) => record.hostId === host.hostId && record.epoch === host.epoch && record.lifetime === "session",
      );
      if (left.length > 0) throw handlesRunning(host.hostId, left.length);
      state.hosts.set(host.hostId, { ...host, alive: false });
    },
  };
}

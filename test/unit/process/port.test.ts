import { describe, expect, it } from "vitest";
import { isOnEveryAddress, lookAtPort, type PortOptions, type PortOwner } from "../../../src/process/port.ts";
import { type SimulatedSockets, simulatedSockets } from "../../support/simulated-sockets.ts";
import { type SimulatedTable, simulatedTable } from "../../support/simulated-table.ts";

interface World {
  readonly sockets: SimulatedSockets;
  readonly processes: SimulatedTable;
  readonly owner: PortOwner;
  readonly members: { pid: number; uid: number }[];
  look(options?: PortOptions): ReturnType<typeof lookAtPort>;
}

const leader = 500;
const stranger = 300;

function world(): World {
  const sockets = simulatedSockets();
  const processes = simulatedTable();
  processes.fork(1, { pid: stranger, name: "python3", uid: 1_000 });
  const members = [{ pid: leader, uid: 1_000 }];
  const owner = { pid: leader, members: async () => [...members] };
  return {
    sockets,
    processes,
    members,
    owner,
    look: (options = {}) => lookAtPort(8000, owner, { sockets, processes, ...options }),
  };
}

describe("a port", () => {
  it("is free while nobody listens on it, and then nobody's descriptors are looked at", async () => {
    const { sockets, look } = world();
    sockets.listen(8001, [stranger]);
    sockets.onDescriptors = (pid) => expect.unreachable(`looked at ${pid}`);
    expect(await look()).toEqual({ kind: "free" });
  });

  it.each(["0.0.0.0", "127.0.0.1", "::", "::1", "192.0.2.1"])(
    "is ours when a member listens on %s",
    async (address) => {
      const { sockets, members, look } = world();
      members.push({ pid: 501, uid: 1_000 });
      sockets.listen(8000, [501], { address });
      expect(await look()).toMatchObject({ kind: "ours", listeners: [{ pid: 501, address, port: 8000 }] });
    },
  );

  it("is ours although somebody else listens on it too (SO_REUSEPORT, or the other family)", async () => {
    const { sockets, look } = world();
    sockets.listen(8000, [stranger]);
    sockets.listen(8000, [leader], { address: "::1" });
    expect(await look()).toMatchObject({ kind: "ours", listeners: [{ pid: leader }] });
  });

  it("is taken when somebody else listens on it, who is named", async () => {
    const { sockets, look } = world();
    sockets.listen(8000, [stranger], { address: "0.0.0.0" });
    expect(await look()).toEqual({
      kind: "taken",
      holder: { address: "0.0.0.0", port: 8000, pid: stranger, name: "python3", uid: 1_000 },
    });
  });

  it("of an address of its own is in nobody's way, but of one who asked for all of them", async () => {
    const { sockets, look } = world();
    sockets.listen(8000, [stranger], { address: "127.0.0.53" });
    sockets.listen(8000, [stranger], { address: "192.0.2.1" });
    expect(await look()).toEqual({ kind: "free" });
    expect(await look({ inTheWay: () => true })).toMatchObject({ kind: "taken", holder: { address: "127.0.0.53" } });
  });

  it("counts only those who are in the way, and looks for nobody else", async () => {
    const { sockets, look } = world();
    sockets.listen(8000, [stranger], { address: "127.0.0.1" });
    sockets.onDescriptors = (pid) => void (pid === stranger && expect.unreachable("looked for the holder"));
    expect(await look({ inTheWay: isOnEveryAddress })).toEqual({ kind: "free" });
  });

  it("whose holder cannot be found is taken by the user of its socket", async () => {
    const { sockets, look } = world();
    sockets.listen(8000, [], { uid: 33 });
    expect(await look()).toMatchObject({ kind: "taken", holder: { pid: null, name: null, uid: 33 } });
  });

  it("that was closed while its holder was looked for is free", async () => {
    const { sockets, processes, look } = world();
    const inode = sockets.listen(8000, [], { uid: 33 });
    sockets.onDescriptors = (pid) => void (pid === stranger && sockets.close(inode));
    expect(processes.pids()).toContain(stranger);
    expect(await look()).toEqual({ kind: "free" });
  });

  it("of a process that was forked while the members were looked for is ours", async () => {
    const { sockets, members, look } = world();
    sockets.listen(8000, [stranger]);
    // Known as a member only to the second look.
    sockets.onDescriptors = () => void (members.length === 1 && members.push({ pid: stranger, uid: 1_000 }));
    expect(await look()).toMatchObject({ kind: "ours", listeners: [{ pid: stranger }] });
  });

  it("is nobody's for sure when a member of that user does not let us look (sudo)", async () => {
    const { sockets, members, look } = world();
    members.push({ pid: 501, uid: 0 });
    sockets.closed.add(501);
    sockets.listen(8000, [501], { uid: 0 });
    expect(await look()).toMatchObject({ kind: "unclear", holder: { pid: null, uid: 0 } });
  });
});

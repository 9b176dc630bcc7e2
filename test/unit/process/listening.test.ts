import { describe, expect, it } from "vitest";
import { listeningPorts } from "../../../src/process/listening.ts";
import { simulatedSockets } from "../../support/simulated-sockets.ts";

describe("the ports on which some processes listen", () => {
  it("are those of any of them, each once, ascending", async () => {
    const sockets = simulatedSockets();
    sockets.listen(8000, [7, 8]);
    sockets.listen(8000, [8], { address: "::1" });
    sockets.listen(3000, [8]);
    sockets.listen(9000, [99]);
    expect(await listeningPorts([7, 8], { sockets })).toEqual([3000, 8000]);
    expect(await listeningPorts([5], { sockets })).toEqual([]);
    expect(await listeningPorts([], { sockets })).toEqual([]);
  });

  it("cost no look at descriptors while nobody listens at all", async () => {
    const sockets = simulatedSockets();
    const looked: number[] = [];
    sockets.onDescriptors = (pid) => looked.push(pid);
    expect(await listeningPorts([7, 8], { sockets })).toEqual([]);
    expect(looked).toEqual([]);
  });

  it("are known although one of the processes is gone or closed to us", async () => {
    const sockets = simulatedSockets();
    sockets.closed.add(7);
    sockets.listen(8000, [8]);
    const gone = {
      ...sockets,
      listeners: async (pid: number) => (pid === 7 ? ("gone" as const) : sockets.listeners(pid)),
    };
    expect(await listeningPorts([7, 8], { sockets: gone })).toEqual([8000]);
  });
});

import { describe, expect, it } from "vitest";
import { parseListeners } from "../../../src/process/socket-table.ts";

/** As a little-endian kernel prints them. The second row is connected (01), the third waits for its last packets (06). */
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 48112 1 0000000000000000 100 0 0 10 0                     
   1: 0100007F:1F40 0100007F:D2A4 01 00000000:00000000 00:00000000 00000000  1000        0 48119 1 0000000000000000 20 4 30 10 -1                    
   2: 0100007F:1F41 0100007F:D2A5 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000                                      
   3: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2211 1 0000000000000000 100 0 0 10 0                      
1024: 0B0200C0:FFFF 00000000:0000 0A 00000000:00000003 00:00000000 00000000 65534        0 4294967295 1 0000000000000000 100 0 0 10 0                
`;

const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1435 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:1436 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 52 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:1437 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 53 1 0000000000000000 100 0 0 10 0
   3: B80D0120000000000000000001000000:1438 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 54 1 0000000000000000 100 0 0 10 0
`;

describe("the kernel's table", () => {
  it("tells who listens, and nobody who is only connected", () => {
    expect(parseListeners(tcp, "LE")).toEqual([
      { address: "127.0.0.1", port: 8000, inode: "48112", uid: 1_000 },
      { address: "0.0.0.0", port: 22, inode: "2211", uid: 0 },
      { address: "192.0.2.11", port: 65_535, inode: "4294967295", uid: 65_534 },
    ]);
  });

  it("tells v6 addresses in their short form, and v4 ones in v6 clothes as v4", () => {
    expect(parseListeners(tcp6, "LE").map(({ address, port }) => `${address} ${port}`)).toEqual([
      ":: 5173",
      "::1 5174",
      "127.0.0.1 5175",
      "2001:db8::1 5176",
    ]);
  });

  it("is read as this machine's kernel prints it", () => {
    const row = tcp.split("\n")[1]?.replace("0100007F", "7F000001");
    expect(parseListeners(`${row}\n`, "BE")).toMatchObject([{ address: "127.0.0.1", port: 8000 }]);
  });

  it("of nobody, or of a kernel that says something else, is empty", () => {
    expect(parseListeners(tcp.split("\n")[0] ?? "", "LE")).toEqual([]);
    expect(parseListeners("", "LE")).toEqual([]);
    expect(parseListeners("0: garbage\n", "LE")).toEqual([]);
  });
});

/** `initialize`: which version both speak, and what each can do. Optional: a client that trusts our version may just begin. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { packageVersion } from "../base/package-version.ts";
import { defineMethod, type Method } from "./method.ts";

/** Dated, newest first. Fields may be added within a version; a change of meaning is a new one. */
const protocolVersions: readonly string[] = ["2026-11-01"];

export const initialize: Method = defineMethod({
  name: "initialize",
  description: "Agrees on a protocol version and tells what client and server can do. Optional.",
  params: z.strictObject({
    protocol_versions: z.array(z.string()).min(1).describe("Versions that the client speaks."),
    client: z
      .looseObject({ name: z.string(), version: z.string().optional() })
      .optional()
      .describe("Who it is, for logs."),
    capabilities: z
      .looseObject({
        approval: z.boolean().default(false).describe("It answers approval/request."),
        receipts: z.boolean().default(false).describe("It sends $/received with the id of each answered tool/call."),
      })
      .default({ approval: false, receipts: false })
      .describe("What the client can do."),
  }),
  run: async ({ protocol_versions: offered, capabilities }, { connection }) => {
    const version = protocolVersions.find((known) => offered.includes(known));
    if (version === undefined) {
      const expected = protocolVersions.join(" | ");
      throw new LonghandError("invalid_parameter", `no common protocol version: this server speaks ${expected}`, {
        param: "protocol_versions",
        details: { expected, got: offered.join(" | ").slice(0, 200) },
      });
    }
    connection.client.approves = connection.canApprove && capabilities.approval;
    connection.client.confirms = capabilities.receipts;
    return {
      result: {
        protocol_version: version,
        server: { name: "longhand", version: packageVersion() },
        capabilities: { approval: connection.canApprove, receipts: true },
      },
    };
  },
});

/** What became of waiting until a command is of use. */
import { z } from "zod";
import type { Refusal } from "../../handle/readiness.ts";
import type { ArtifactName } from "../../output/artifacts.ts";
import { alias, count, handleId, milliseconds, pid, vocabulary } from "./words.ts";

const port = z.int().min(1).max(65_535);
const status = z.int().describe("Of the HTTP answer.");
const address = z.string();
const seen = { ready: z.literal(true), after_ms: milliseconds.describe("Since the wait began.") };

const holder = z
  .object({
    port,
    address,
    uid: z.int(),
    pid: pid.nullable(),
    command_name: z.string().nullable(),
    handle_id: handleId.nullable().describe("When it is a command of this session."),
    alias: alias.nullable(),
    command: z.string().nullable(),
  })
  .meta({ id: "port_holder", description: "Who has the port." });

export const artifactName = vocabulary<ArtifactName>({ stdout: "", stderr: "", combined: "", result: "" });

export const readiness = z
  .union([
    z.object({ ...seen, by: z.literal("pattern"), match: z.string(), stream: artifactName, offset: count }),
    z.object({ ...seen, by: z.literal("port"), port, address, pid: pid.nullable() }),
    z.object({ ...seen, by: z.literal("http"), url: z.string(), status, address }),
    z.object({
      ready: z.literal(false),
      after_ms: seen.after_ms,
      because: vocabulary<Refusal>({
        ended: "the command did",
        timeout: "it goes on",
        port_taken: "by somebody else",
        other_network: "it listens in a network of its own",
        given_up: "by whoever waited",
      }),
      holder: holder.optional(),
      status: status.optional(),
    }),
  ])
  .meta({ id: "readiness" });

/** docs/bridge.md is true: its transcript is replayed against the real thing, and its table names every method with its params. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { bridgeMethods, createBridge } from "../../../src/bridge/index.ts";
import { connect, type Fields } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const page = readFileSync("docs/bridge.md", "utf8");
const lines = [...page.matchAll(/^([→←]) (\{.*\})$/gm)].map(([, who = "", text = ""]) => ({
  who,
  message: JSON.parse(text) as Fields,
}));

/** What is sent before anything is awaited, and what comes then. */
const exchanges = lines.reduce<{ readonly sent: Fields[]; readonly expected: Fields[] }[]>((all, { who, message }) => {
  const last = all.at(-1);
  if (who === "→" && last?.expected.length !== 0) all.push({ sent: [message], expected: [] });
  else (who === "→" ? last?.sent : last?.expected)?.push(message);
  return all;
}, []);

/** What the page's value says about a real one: `…` stands for any text, and as a key for further fields. */
function described(value: unknown): unknown {
  if (typeof value === "string") return value.includes("…") ? expect.stringMatching(pattern(value)) : value;
  if (Array.isArray(value)) return value.map(described);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([key]) => key !== "…");
  const object = Object.fromEntries(fields.map(([key, field]) => [key, described(field)]));
  return "…" in value ? expect.objectContaining(object) : object;
}

const pattern = (text: string): RegExp => new RegExp(`^${text.split("…").map(escaped).join("[^]*")}$`);

const escaped = (text: string): string => text.replaceAll(/[^\w\s]/g, "\\$&");

/** The real ids for the ones that the page leaves out. */
function filledIn(value: unknown, known: ReadonlyMap<string, unknown>): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const open = typeof field === "string" && field.includes("…");
      return [key, open ? known.get(key) : filledIn(field, known)];
    }),
  );
}

it("the transcript happens as it is written", async () => {
  const bridge = createBridge();
  await using host = await testRuntime({ approve: bridge.approve });
  await using served = connect(host.runtime, { bridge });
  const { client } = served;
  const known = new Map<string, unknown>();
  let seen = 0;
  expect(exchanges.length).toBeGreaterThan(10);
  for (const { sent, expected } of exchanges) {
    for (const message of sent) client.line(filledIn(message, known) as object);
    const end = seen + expected.length;
    await eventually(() => client.received.length >= end, { what: JSON.stringify(expected) });
    const together = client.received.slice(seen, end);
    seen = end;
    for (const message of expected) {
      const { id, method } = message;
      const received = together.find((each) => each.id === id && each.method === method);
      expect(received).toEqual(described(message));
      for (const [key, value] of Object.entries((received?.result ?? {}) as Fields)) known.set(key, value);
    }
  }
  expect(client.received).toHaveLength(seen);
});

it("the table names every method with its params, in the order of the code", () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+(?:\/[a-z_]+)?)` \|([^|]*)\|/gm)].map(([, name, params = ""]) => ({
    name,
    params: [...params.matchAll(/`([^`]+)`/g)].map(([, param]) => param),
  }));
  expect(rows).toEqual(
    bridgeMethods.map(({ name, params }) => ({
      name,
      params: Object.entries(params.shape).map(([key, schema]) =>
        schema.safeParse(undefined).success ? `${key}?` : key,
      ),
    })),
  );
});

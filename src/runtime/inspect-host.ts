/** What this machine can do for us: every answer found by doing, and the settings with their origins. */
import { asLonghandError } from "../base/errors.ts";
import { type ConfigOptions, type ConfigOrigin, type ResolvedConfig, resolveConfig, variables } from "../config.ts";
import { hostProbes } from "./host-probes.ts";
import type { Finding, Probe } from "./probe.ts";
import { stateProbes } from "./state-probes.ts";

export interface Check extends Finding {
  readonly name: string;
}

export interface Setting {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly origin: ConfigOrigin;
  readonly variable: string;
}

export interface HostInspection {
  /** Nothing essential is missing. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly settings: readonly Setting[];
}

/** Leaves nothing behind but an empty state directory and database. Rejects with `invalid_parameter` for a wrong setting. */
export async function inspectHost(options: ConfigOptions = {}): Promise<HostInspection> {
  const config = resolveConfig(options);
  const checks: Check[] = [];
  for (const [name, probe] of Object.entries({ ...hostProbes, ...stateProbes })) {
    checks.push({ name, ...(await found(probe, config)) });
  }
  return { ok: checks.every(({ status }) => status !== "missing"), checks, settings: settingsOf(config) };
}

async function found(probe: Probe, config: ResolvedConfig): Promise<Finding> {
  try {
    return await probe(config);
  } catch (thrown) {
    return { status: "missing", summary: asLonghandError(thrown).message };
  }
}

function settingsOf({ values, origins }: ResolvedConfig): Setting[] {
  return (Object.keys(values) as (keyof typeof values)[]).map((name) => ({
    name,
    value: values[name],
    origin: origins[name],
    variable: variables[name].name,
  }));
}

/** The test projects, from the quick to the slow. */
import { defineConfig } from "vitest/config";

interface ProjectOptions {
  readonly serial?: boolean;
  readonly testTimeout?: number;
  /** Runs before each file. */
  readonly setup?: string;
}

/** Projects that start real processes run one file at a time: they measure and they count processes. */
const project = (name: string, groupOrder: number, options: ProjectOptions = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: options.serial !== true,
    maxWorkers: options.serial === true ? 1 : 2,
    testTimeout: options.testTimeout ?? 10_000,
    hookTimeout: 30_000,
    ...(options.setup === undefined ? {} : { setupFiles: [options.setup] }),
    sequence: { groupOrder },
  },
});

export default defineConfig({
  test: {
    coverage: { provider: "v8", include: ["src/**"] },
    projects: [
      project("unit", 0),
      project("pins", 1),
      project("property", 2, { testTimeout: 60_000 }),
      project("process", 3, { serial: true, testTimeout: 30_000, setup: "test/support/contract/setup.ts" }),
      project("fault", 4, { serial: true, testTimeout: 60_000 }),
      project("e2e", 5, { serial: true, testTimeout: 120_000 }),
    ],
  },
});

/** The test projects, from the quick to the slow. */
import { defineConfig } from "vitest/config";

/** Examples import the package by name: here that is the sources, not a build. */
const alias = [{ find: /^longhand$/, replacement: new URL("src/index.ts", import.meta.url).pathname }];

/** Projects that start real processes run one file at a time: they measure and they count processes. */
const project = (name: string, groupOrder: number, options: { serial?: boolean; testTimeout?: number } = {}) => ({
  resolve: { alias },
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: options.serial !== true,
    maxWorkers: options.serial === true ? 1 : 2,
    testTimeout: options.testTimeout ?? 10_000,
    hookTimeout: 30_000,
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
      project("process", 3, { serial: true, testTimeout: 30_000 }),
      project("fault", 4, { serial: true, testTimeout: 60_000 }),
      project("e2e", 5, { serial: true, testTimeout: 120_000 }),
    ],
  },
});

/** `longhand/testing`: what tests of a host need: time that stands still and a ledger that is gone afterwards. */
export type { Clock, Timer } from "../base/clock.ts";
export type { Ledger } from "../ledger/ledger.ts";
export { createMemoryLedger } from "../ledger/memory.ts";
export { type FakeClock, fakeClock } from "./clock.ts";

import { createMemoryLedger } from "../../../src/ledger/memory.ts";
import { describeLedger } from "../../support/ledger/conformance.ts";

describeLedger("the memory ledger", async (options) => createMemoryLedger(options));

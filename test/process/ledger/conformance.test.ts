import { openSqliteLedger } from "../../../src/ledger/sqlite/sqlite-ledger.ts";
import { describeLedger } from "../../support/ledger/conformance.ts";
import { databasePaths } from "../../support/ledger/directory.ts";

const nextPath = databasePaths();
describeLedger("the SQLite ledger", (options) => openSqliteLedger({ path: nextPath(), ...options }));

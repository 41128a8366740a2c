/**
 * Records the engine's history of one run, with the programs it executes, as a fixture of the replay test.
 *
 *   node scripts/record-history.mjs DATA_DIR TEMPORAL_ADDRESS RUN_ID tests/histories/NAME.json
 *
 * Record runs of every release before it goes out: what replays today must replay for ever. The product may be running.
 */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { Client, Connection } = require('@temporalio/client');
const { temporal } = require('@temporalio/proto');
const { openDatabase } = require('../dist/shared/drivers/sqlite/database.js');
const { sqliteReleaseStore } = require('../dist/shared/drivers/release-store/sqlite.js');
const { createProgramCache } = require('../dist/shared/drivers/run-engine/program-cache.js');

const [dataDir, address, runId, out] = process.argv.slice(2);
if (!out) {
  console.error('usage: node scripts/record-history.mjs DATA_DIR TEMPORAL_ADDRESS RUN_ID FILE');
  process.exit(2);
}
const connection = await Connection.connect({ address });
const history = await new Client({ connection }).workflow.getHandle(runId).fetchHistory();
await connection.close();

const [, named] = history.events[0].workflowExecutionStartedEventAttributes.input.payloads;
const ref = JSON.parse(Buffer.from(named.data).toString());
const db = openDatabase(join(dataDir, 'ostinato.db'));
const programs = JSON.parse(Buffer.from(await createProgramCache(sqliteReleaseStore(db))(ref.$programs)).toString());
await db.close();

// What only says where it was recorded: replay does not look at it.
(function anonymise(value) {
  for (const [key, inner] of Object.entries(value ?? {})) {
    if (key === 'stackTrace') value[key] = '';
    else if (key === 'identity') value[key] = 'recorded';
    else if (typeof inner === 'object' && !ArrayBuffer.isView(inner)) anonymise(inner);
  }
})(history.events);

const bytes = temporal.api.history.v1.History.encode(history).finish();
writeFileSync(out, `${JSON.stringify({ runId, ref, programs, history: Buffer.from(bytes).toString('base64') })}\n`);
console.log(`${out}: ${history.events.length} events`);

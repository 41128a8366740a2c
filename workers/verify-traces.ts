/**
 * `npm run verify-traces -- DATA_DIR`: feeds the trace of every run of an installation back through the machine, and
 * prints runs, turns and differences. Exit code 1 when there is a difference. Reads only; stop the product first to have
 * every run whole.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramSet } from '../shared/core/automation/program';
import { verify, type Difference } from '../shared/core/trace/verify';
import { createVault, openVault } from '../shared/drivers/encryption/vault';
import { createProgramCache } from '../shared/drivers/run-engine/program-cache';
import { sqliteReleaseStore } from '../shared/drivers/release-store/sqlite';
import { sqliteSecretStore } from '../shared/drivers/secret-store/sqlite';
import { openDatabase } from '../shared/drivers/sqlite/database';
import { sqliteTraceStore } from '../shared/drivers/trace-store/sqlite';
import { readConfig } from './config';
import { readKeyring } from './encryption-keys';
import { workspaceSecrets } from './workspace-secrets';

const SHOWN = 20;

async function main(dataDir: string | undefined): Promise<number> {
  if (dataDir === undefined || !existsSync(join(dataDir, 'ostinato.db'))) {
    process.stderr.write('Name a data folder: npm run verify-traces -- DATA_DIR (default of the product: .ostinato)\n');
    return 2;
  }
  const db = openDatabase(join(dataDir, 'ostinato.db'));
  try {
    const keyring = readKeyring(dataDir);
    const traces = sqliteTraceStore(db, keyring);
    const releases = sqliteReleaseStore(db, keyring && createVault(keyring));
    const config = readConfig();
    const { of: secretsOf, texts: textsOf, add } = workspaceSecrets(config);
    add(sqliteSecretStore(db, keyring ? createVault(keyring) : openVault));
    const programs = createProgramCache(releases, { secretsOf, textsOf, settings: config.configSettings });
    const runs = await traces.list({ limit: Number.MAX_SAFE_INTEGER });
    const differences: Difference[] = [];
    let turns = 0;
    for (const run of runs) {
      const records = await traces.read(run);
      const first = records[0]?.first;
      if (!first) throw new Error(`the trace of ${run} has no beginning`);
      const bytes = await programs({ release: first.release, automation: first.automation });
      turns += records.reduce((sum, record) => sum + record.turns.length, 0);
      differences.push(...verify(records, JSON.parse(Buffer.from(bytes).toString('utf8')) as ProgramSet));
    }
    for (const { run, gen, flush, what, stored, replayed } of differences.slice(0, SHOWN)) {
      process.stdout.write(`${run} generation ${gen} flush ${flush}: ${what}\n`);
      process.stdout.write(`  recorded ${JSON.stringify(stored)}\n  replayed ${JSON.stringify(replayed)}\n`);
    }
    if (differences.length > SHOWN) process.stdout.write(`... and ${differences.length - SHOWN} more\n`);
    process.stdout.write(`${runs.length} runs, ${turns} turns, ${differences.length} differences\n`);
    return differences.length === 0 ? 0 : 1;
  } finally {
    await db.close();
  }
}

main(process.argv[2]).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  },
);

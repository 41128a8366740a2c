/** A stopped data folder, copied elsewhere, is a backup: it starts there, and what was parked goes on. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { OWNER_TOKEN, startProduct } from '../support/product';
import { servedFolder } from '../support/served-folder';
import { send } from '../support/workspace-client';

jest.setTimeout(180_000);

const parks = `
name: Parks
when: { events: [park] }
arguments:
  payload: { type: object, properties: { card: { type: string, secret: true } } }
do:
  - wait: { oneOf: [{ event: go.on }], timeout: 3600, output: w }
  - emit: { event: went.on, payload: { n: '{{payload.n}}', size: '{{payload.long.length}}', by: '{{w.payload.by}}' } }
`;
/** Larger than what stays in a history: it leaves it for the folder of blobs. */
const LONG = Array.from({ length: 20 }, () => '€'.repeat(3_000));

it('starts from a copy in another place, with its parked runs, keys and large values', async () => {
  const folder = servedFolder({ parking: { parks } });
  const elsewhere = mkdtempSync(join(tmpdir(), 'ostinato-copied-'));
  const first = await startProduct(folder.path, { OSTINATO_RECONCILE_RUNS: '1' });
  const settings = { OSTINATO_RECONCILE_RUNS: '1', DATA_DIR: elsewhere };
  try {
    for (let n = 0; n < 5; n++) {
      const payload = { n, card: `4111-${n}`, long: LONG };
      await first.workspace('parking').emit('park', payload);
    }
    await first.workspace('parking').until('runtime.waits.pending', {}, { count: 5 });
    expect(await first.interrupt()).toBe(0);
    cpSync(first.dataDir, elsewhere, { recursive: true });
  } finally {
    await first.stop();
  }
  const second = await startProduct(folder.path, settings);
  try {
    const waiting = await eventually('the list of runs is there', async () => {
      const { body } = await send(`${second.url}/v2/workspaces/parking/runs`, {
        method: 'GET',
        headers: { authorization: `Bearer ${OWNER_TOKEN}` },
        query: { status: 'waiting' },
      });
      const { items } = body as unknown as { items: readonly object[] };
      return items.length === 5 && items;
    });
    expect(waiting).toMatchObject(Array.from({ length: 5 }, () => ({ wait: { kind: 'event' } })));
    await second.workspace('parking').emit('go.on', { by: 'the copy' });
    const went = await second.workspace('parking').until('went.on', {}, { count: 5, withinMs: 60_000 });
    expect(went.map(({ payload }) => payload?.['n']).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(went[0]?.payload).toMatchObject({ by: 'the copy' });
    await second.workspace('parking').until('runtime.automations.executed', {}, { count: 5 });
  } finally {
    await second.stop();
    rmSync(elsewhere, { recursive: true, force: true });
    folder.remove();
  }
});

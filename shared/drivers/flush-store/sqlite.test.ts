import { EMIT_TOPIC } from '../../core/events/event';
import { aFlush, anOutEvent } from '../../testing/builders';
import { flushStoreContract } from '../../testing/contracts/flush-store';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStores } from '../embedded';
import { openForTest } from './open-for-test.script';

flushStoreContract('sqlite', openForTest);

it('masks native events and the trace, not what authors emit', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const mask = <T extends object>(_workspace: string, value: T) =>
    JSON.parse(JSON.stringify(value).replaceAll('Doe', 'REDACTED')) as T;
  const stores = await openEmbeddedStores(dir, { groups: ['a'], mask });
  const emitted = anOutEvent({ id: 'emitted', payload: { name: 'Doe' }, source: { serviceTopic: EMIT_TOPIC } });
  const native = anOutEvent({ id: 'native', payload: { name: 'Doe' }, source: { serviceTopic: 'error' } });
  await stores.flushes.apply(aFlush({ events: [emitted, native] }));
  const rows = stores.db.all<{ event: string }>('SELECT event FROM broker_log ORDER BY position');
  expect(rows.map(({ event }) => (JSON.parse(event) as { payload: object }).payload)).toEqual([
    { name: 'Doe' },
    { name: 'REDACTED' },
  ]);
  expect(JSON.stringify(await stores.traces.read('acme/hello/1'))).toContain('"name":"REDACTED"');
  await stores.close();
  await rm(dir, { recursive: true });
});

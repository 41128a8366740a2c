import { envelopeSize } from '../../core/events/envelope-size';
import { EMIT_TOPIC, type Event } from '../../core/events/event';
import { aFlush, anOutEvent, aStart } from '../../testing/builders';
import { flushStoreContract } from '../../testing/contracts/flush-store';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStores } from '../embedded';
import { createKeyring } from '../encryption/keyring';
import { sqliteTraceStore } from '../trace-store/sqlite';
import { openForTest, openSealedForTest } from './open-for-test.script';

flushStoreContract('sqlite', openForTest);
flushStoreContract('sqlite, sealed', openSealedForTest);

it('hides secrets in native events, not in what authors emit, and seals them in the trace', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const keyring = createKeyring([randomBytes(32)]);
  const secrets = { secretsOf: (id: string) => (id === 'acme' ? ['hush.hush'] : []), keyring };
  const stores = await openEmbeddedStores(dir, { groups: ['a'], secrets });
  const payload = { name: 'John hush.hush', given: 'argument' };
  const emitted = anOutEvent({ id: 'emitted', payload, source: { serviceTopic: EMIT_TOPIC } });
  const native = anOutEvent({ id: 'native', payload, source: { serviceTopic: 'error' } });
  const long = {
    ...aStart(),
    args: { body: { name: 'hush.hush', long: `hush.hush ${'x'.repeat(5000)}`, looks: 'REDACTED:abc' } },
  };
  const turns = [{ n: 0, now: 1, items: [{ start: long }] }];
  await stores.flushes.apply(aFlush({ events: [emitted, native], secrets: ['argument'], turns }));
  const rows = stores.db.all<{ event: string }>('SELECT event FROM broker_log ORDER BY position');
  const [sent, shown] = rows.map(({ event }) => JSON.parse(event) as { payload: object; size: number });
  expect(sent?.payload).toEqual(payload);
  expect(shown?.payload).toEqual({ name: 'John REDACTED', given: 'REDACTED' });
  const kept = JSON.stringify([
    stores.db.all('SELECT record FROM run_flushes', []),
    stores.db.all('SELECT json FROM trace_blobs', []),
  ]);
  expect(kept).not.toContain('hush.hush');
  const [record] = await stores.traces.read('acme/hello/1');
  expect(record?.turns).toEqual(turns);
  // Without the key, or with another, it stays sealed.
  const [sealed] = await sqliteTraceStore(stores.db, createKeyring([randomBytes(32)])).read('acme/hello/1');
  expect(JSON.stringify(sealed)).not.toContain('hush.hush');
  await stores.close();
  await rm(dir, { recursive: true });
});

it('brings what is set in a config to those who save it, but nothing with a secret in it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const secrets = { secretsOf: () => ['hush.hush'], keyring: createKeyring([randomBytes(32)]) };
  const stores = await openEmbeddedStores(dir, { groups: ['a'], secrets });
  const patch = (value: string) =>
    ({ context: 'config', owner: 'nlu', op: 'replace', path: ['token'], value }) as const;
  await stores.flushes.apply(aFlush({ patches: [patch('a hush.hush'), patch('own argument'), patch('open')], secrets: ['argument'] })); // prettier-ignore
  expect((await stores.configWrites.read(10)).map(({ instance, patch: { value } }) => [instance, value])).toEqual([
    ['nlu', 'open'],
  ]);
  await stores.close();
  await rm(dir, { recursive: true });
});

it('says who has sent what a run emits, and counts it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ostinato-'));
  const host = { service: 'runtime', replica: 'one' };
  const stores = await openEmbeddedStores(dir, { groups: ['a'], host });
  const sources = [{ serviceTopic: EMIT_TOPIC }, { serviceTopic: 'error' }];
  const events = sources.map((source, n) => {
    const event = anOutEvent({ id: `e${n}`, source });
    return { ...event, size: envelopeSize(event) };
  });
  await stores.flushes.apply(aFlush({ events }));
  const rows = stores.db.all<{ event: string }>('SELECT event FROM broker_log ORDER BY position');
  for (const { event: text } of rows) {
    const event = JSON.parse(text) as Event;
    expect(event.source.host).toEqual(host);
    expect(event.size).toBe(envelopeSize(event));
  }
  expect(rows).toHaveLength(2);
  await stores.close();
  await rm(dir, { recursive: true });
});

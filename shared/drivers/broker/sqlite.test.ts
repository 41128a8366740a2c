import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anEvent } from '../../testing/builders';
import { brokerContract, MAX_SIZE, type OpenBroker } from '../../testing/contracts/broker';
import { until } from '../../testing/contracts/flush-store';
import { openDatabase } from '../sqlite/database';
import { eventLog } from './event-log';
import { sqliteBroker } from './sqlite';

const folder = () => mkdtemp(join(tmpdir(), 'ostinato-'));

async function openAt(dir: string): Promise<OpenBroker> {
  const db = openDatabase(join(dir, 'test.db'));
  const broker = await sqliteBroker(db, eventLog(db), { groups: ['a', 'b'], eventMaxLength: MAX_SIZE });
  const close = async () => {
    await broker.close();
    await db.close();
  };
  return {
    broker,
    async reopen() {
      await close();
      return openAt(dir);
    },
    async close() {
      await close();
      await rm(dir, { recursive: true });
    },
  };
}

brokerContract('sqlite', async () => openAt(await folder()));

describe('sqlite broker', () => {
  const events = (count: number) => Array.from({ length: count }, () => ({ event: anEvent() }));

  it('trims only what every group has acknowledged', async () => {
    const dir = await folder();
    const db = openDatabase(join(dir, 'test.db'));
    const broker = await sqliteBroker(db, eventLog(db), { groups: ['a', 'b'], keep: 5, pollMs: 5 });
    const held = () => db.get<{ n: number }>('SELECT count(*) AS n FROM broker_log')?.n;
    await broker.append(events(50));
    await broker.consume('a', async () => undefined);
    await until(async () => (await broker.pending())[0]?.pending === 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(held()).toBe(50);
    await broker.consume('b', async () => undefined);
    await until(async () => (held() ?? 50) <= 6);
    await broker.append(events(1));
    expect(Number(await broker.position())).toBe(51);
    await broker.close();
    await db.close();
    await rm(dir, { recursive: true });
  });

  it('sees what another handle on the file has appended', async () => {
    const dir = await folder();
    const [db, foreign] = [openDatabase(join(dir, 'test.db')), openDatabase(join(dir, 'test.db'))];
    const broker = await sqliteBroker(db, eventLog(db), { groups: ['a'], pollMs: 10 });
    const other = await sqliteBroker(foreign, eventLog(foreign), { groups: ['a'] });
    const seen: string[] = [];
    await broker.consume('a', async ([d]) => void seen.push(d?.event.id ?? ''));
    for (const id of ['1', '2', '3', '4']) {
      await (Number(id) % 2 === 0 ? other : broker).append([{ event: anEvent({ id }) }]);
    }
    await until(async () => seen.length === 4);
    expect(seen).toEqual(['1', '2', '3', '4']);
    await broker.close();
    await other.close();
    await db.close();
    await foreign.close();
    await rm(dir, { recursive: true });
  });

  it('refuses a second consumer of a group', async () => {
    const opened = await openAt(await folder());
    await opened.broker.consume('a', async () => undefined);
    await expect(opened.broker.consume('a', async () => undefined)).rejects.toMatchObject({
      code: 'ConfigurationError',
    });
    await opened.close();
  });
});

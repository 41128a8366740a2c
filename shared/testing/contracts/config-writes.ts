import type { Patch } from '../../core/run/types';
import type { ConfigWrites } from '../../ports/config-writes';

export interface OpenConfigWrites {
  readonly writes: ConfigWrites;
  /** As a flush does. */
  append(workspaceId: string, patch: Patch): Promise<void>;
  /** As after a restart. */
  reopen(): Promise<ConfigWrites>;
  close(): Promise<void>;
}

const aPatch = (value: string): Patch => ({ context: 'config', owner: 'nlu', op: 'replace', path: ['a.b', 0], value });

export function configWritesContract(driver: string, open: () => Promise<OpenConfigWrites>): void {
  describe(`ConfigWrites: ${driver}`, () => {
    let opened: OpenConfigWrites;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    it('gives what was written, in its order, until it is acknowledged, also after a restart', async () => {
      await opened.append('acme', aPatch('one'));
      await opened.append('other', { context: 'config', owner: '', op: 'delete', path: ['x'] });
      await opened.append('acme', aPatch('three'));
      const found = await opened.writes.read(2);
      expect(found.map(({ workspaceId, instance, patch }) => ({ workspaceId, instance, patch }))).toEqual([
        { workspaceId: 'acme', instance: 'nlu', patch: { op: 'replace', path: ['a.b', 0], value: 'one' } },
        { workspaceId: 'other', instance: '', patch: { op: 'delete', path: ['x'] } },
      ]);
      await opened.writes.acknowledge(found[1]?.position ?? 0);
      const again = await opened.reopen();
      expect((await again.read(10)).map(({ patch }) => patch.value)).toEqual(['three']);
    });

    it('tells of what has come', async () => {
      let told = 0;
      const forget = opened.writes.onAppended(() => void told++);
      await opened.append('acme', aPatch('one'));
      forget();
      await opened.append('acme', aPatch('two'));
      expect(told).toBe(1);
    });
  });
}

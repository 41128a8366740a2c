import type { Release } from '../../core/automation/compiled';
import { IR_VERSION, type Program } from '../../core/automation/program';
import type { ReleaseStore } from '../../ports/release-store';

const aProgram = (slug: string): Program => ({ irVersion: IR_VERSION, slug, do: [], nodes: {} });
const aRelease = (over: Partial<Release> = {}): Release => ({
  formatVersion: 1,
  digest: 'r:1',
  workspaceId: 'acme',
  name: 'Acme',
  createdAt: 1,
  automations: {},
  config: {},
  ...over,
});

export interface OpenReleases {
  readonly store: ReleaseStore;
  reopen(): Promise<OpenReleases>;
  close(): Promise<void>;
}

export function releaseStoreContract(driver: string, open: () => Promise<OpenReleases>): void {
  describe(`ReleaseStore: ${driver}`, () => {
    let opened: OpenReleases;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    it('keeps the first thing put under a digest, also for the next start', async () => {
      const { store } = opened;
      await store.putProgram('p:1', aProgram('first'));
      await store.putProgram('p:1', aProgram('second'));
      await store.putSource('s:1', 'a: é\n', { n0: [1, 1, 1, 5] });
      await store.putSource('s:1', 'other', {});
      await store.putRelease(aRelease());
      await store.putRelease(aRelease({ name: 'Other' }));
      opened = await opened.reopen();
      expect(await opened.store.getProgram('p:1')).toEqual(aProgram('first'));
      expect(await opened.store.getSource('s:1')).toEqual({ text: 'a: é\n', map: { n0: [1, 1, 1, 5] } });
      expect(await opened.store.getRelease('r:1')).toEqual(aRelease());
    });

    it('answers null for what is not there', async () => {
      const { store } = opened;
      expect([await store.getProgram('p:x'), await store.getSource('s:x'), await store.getRelease('r:x')]).toEqual([
        null,
        null,
        null,
      ]);
    });

    it('says which releases are in force', async () => {
      await opened.store.activate('acme', 'r:1');
      await opened.store.activate('constructor', 'r:2');
      await opened.store.activate('acme', 'r:3');
      opened = await opened.reopen();
      expect(await opened.store.active()).toEqual({ acme: 'r:3', constructor: 'r:2' });
      await opened.store.activate('acme', null);
      expect(await opened.store.active()).toEqual({ constructor: 'r:2' });
    });
  });
}

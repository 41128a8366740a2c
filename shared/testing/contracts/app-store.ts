import type { AppStore, PublishedApp } from '../../ports/app-store';

export interface OpenApps {
  readonly apps: AppStore;
  /** As after a restart. */
  reopen(): Promise<AppStore>;
  close(): Promise<void>;
}

const anApp = (over: Partial<PublishedApp> = {}): PublishedApp => ({
  ...{ slug: 'nlu', workspaceId: 'source', current: 'v1', shown: { name: 'NLU' } },
  ...{ createdAt: 1, createdBy: 'ann', updatedAt: 1 },
  ...over,
});

const filesOf = (text: string) => ({ 'index.yml': text });

export function appStoreContract(driver: string, open: () => Promise<OpenApps>): void {
  describe(`AppStore: ${driver}`, () => {
    let opened: OpenApps;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    const publish = (version: string, how: { keep?: number; files?: null; app?: Partial<PublishedApp> } = {}) =>
      opened.apps.publish(anApp({ current: version, ...how.app }), {
        version: { name: version, createdAt: 7 },
        files: how.files === null ? null : filesOf(version),
        keep: how.keep ?? 10,
      });
    const names = (apps: AppStore) => apps.versions('nlu').map(({ name }) => name);

    it('keeps every version as it was, and says which one is current', async () => {
      await publish('v1');
      await publish('v2', { app: { shown: { name: 'NLU 2' } } });
      const apps = await opened.reopen();
      expect(apps.find('nlu')).toEqual(anApp({ current: 'v2', shown: { name: 'NLU 2' } }));
      expect(apps.ofWorkspace('source')).toEqual(apps.find('nlu'));
      expect(apps.list()).toEqual([apps.find('nlu')]);
      expect(apps.versions('nlu')).toEqual([
        { name: 'v2', createdAt: 7 },
        { name: 'v1', createdAt: 7 },
      ]);
      expect([apps.files('nlu', 'v1'), apps.files('nlu', 'v3')]).toEqual([filesOf('v1'), null]);
    });

    it('takes an old version again without another copy', async () => {
      await publish('v1');
      await publish('v2');
      await publish('v1', { files: null });
      expect(opened.apps.find('nlu')?.current).toBe('v1');
      expect(names(opened.apps)).toEqual(['v2', 'v1']);
    });

    it('lets the oldest go, but never the current one', async () => {
      for (const version of ['v1', 'v2', 'v3']) await publish(version, { keep: 2 });
      expect(names(opened.apps)).toEqual(['v3', 'v2']);
      await opened.apps.publish(anApp({ current: 'v2' }), {
        ...{ version: { name: 'v4', createdAt: 8 }, files: filesOf('v4'), keep: 1 },
      });
      expect(names(opened.apps)).toEqual(['v4', 'v2']);
    });

    it('gives a slug to one workspace, and a workspace one slug', async () => {
      await publish('v1');
      await expect(publish('v2', { app: { workspaceId: 'other' } })).rejects.toThrow(/taken/);
      await expect(publish('v2', { app: { slug: 'other' } })).rejects.toThrow(/taken/);
      expect([names(opened.apps), opened.apps.find('other')]).toEqual([['v1'], null]);
    });

    it('forgets what is removed', async () => {
      await publish('v1');
      expect([await opened.apps.remove('nlu'), await opened.apps.remove('nlu')]).toEqual([true, false]);
      expect([opened.apps.find('nlu'), opened.apps.files('nlu', 'v1'), opened.apps.list()]).toEqual([null, null, []]);
    });
  });
}

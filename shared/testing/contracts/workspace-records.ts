import type { SaveRecord, WorkspaceRecords } from '../../ports/workspace-records';

export interface OpenRecords {
  readonly records: WorkspaceRecords;
  /** As after a restart. */
  reopen(): Promise<WorkspaceRecords>;
  close(): Promise<void>;
}

const aSave = (over: Partial<SaveRecord> = {}): SaveRecord => ({
  workspaceId: 'acme',
  changes: { 'automations/a.yml': 'name: A' },
  created: ['', 'automations/a.yml'],
  at: 1_000,
  by: 'anna',
  message: 'made',
  release: { digest: 'r:1', automations: 1 },
  ...over,
});

export function workspaceRecordsContract(driver: string, open: () => Promise<OpenRecords>): void {
  describe(`WorkspaceRecords: ${driver}`, () => {
    let opened: OpenRecords;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    it('keeps a save until its files are written', async () => {
      await opened.records.begin(aSave());
      await opened.records.begin(aSave({ workspaceId: 'beta', changes: null }));
      const records = await opened.reopen();
      expect(await records.pending()).toEqual([
        { workspaceId: 'acme', changes: { 'automations/a.yml': 'name: A' } },
        { workspaceId: 'beta', changes: null },
      ]);
      await records.finish('acme');
      expect((await records.pending()).map(({ workspaceId }) => workspaceId)).toEqual(['beta']);
    });

    it('knows who made and who changed what, and forgets what goes', async () => {
      const { records } = opened;
      await records.begin(aSave());
      const changes = { 'automations/a.yml': 'x', 'index.yml': 'y', 'automations/b.yml': 'z' };
      await records.begin(aSave({ at: 2_000, by: 'bob', changes, created: ['automations/b.yml'] }));
      const changed = { updatedAt: 2_000, updatedBy: 'bob' };
      const made = { createdAt: 1_000, createdBy: 'anna', ...changed };
      expect(records.workspaceAudit('acme')).toEqual(made);
      expect(records.auditOf('acme')).toEqual({
        ...{ '': made, 'automations/a.yml': made, 'index.yml': changed },
        'automations/b.yml': { createdAt: 2_000, createdBy: 'bob', ...changed },
      });
      await records.begin(aSave({ changes: { 'index.yml': null }, created: [] }));
      expect(records.auditOf('acme')).not.toHaveProperty(['index.yml']);
      expect(records.workspaceAudit('nobody')).toEqual({});
      for (const [path, audit] of Object.entries(records.auditOf('acme')))
        expect(records.workspaceAudit('acme', path)).toEqual(audit);
    });

    it('knows who made a file also after it was renamed', async () => {
      const { records } = opened;
      await records.begin(aSave());
      const [from, to] = ['automations/a.yml', 'automations/b.yml'];
      const changes = { [from]: null, [to]: 'x' };
      await records.begin(aSave({ at: 2_000, by: 'bob', changes, created: [], renamed: { [to]: from } }));
      const { [from]: gone, [to]: moved } = records.auditOf('acme');
      expect(gone).toBeUndefined();
      expect(moved).toEqual({ createdAt: 1_000, createdBy: 'anna', updatedAt: 2_000, updatedBy: 'bob' });
    });

    it('takes nobody who saves a workspace for its maker', async () => {
      const { records } = opened;
      await records.begin(aSave({ by: 'bob', created: [] }));
      expect(records.workspaceAudit('acme')).toEqual({ updatedAt: 1_000, updatedBy: 'bob' });
    });

    it('remembers which files are served although they have errors, until the next save', async () => {
      const { records } = opened;
      await records.begin(aSave({ lenient: 'w:1' }));
      expect([records.lenient('acme'), records.lenient('beta')]).toEqual(['w:1', null]);
      await records.begin(aSave());
      expect(records.lenient('acme')).toBeNull();
    });

    it('lists releases newest first, in pages', async () => {
      const { records } = opened;
      await records.begin(aSave());
      await records.begin(aSave({ release: undefined }));
      await records.noteRelease('acme', { digest: 'r:2', at: 3_000, message: 'files changed', automations: 2 });
      const first = records.releases('acme', { limit: 1 });
      expect(first).toMatchObject({ total: 2, rows: [{ digest: 'r:2', at: 3_000, message: 'files changed' }] });
      const before = first.rows[0]?.n;
      expect(records.releases('acme', { limit: 5, before }).rows).toMatchObject([{ digest: 'r:1', by: 'anna' }]);
    });

    it('suspends, over restarts', async () => {
      await opened.records.suspend('acme', { at: 1, by: 'anna', reason: 'unpaid' });
      const records = await opened.reopen();
      expect([records.suspension('acme'), records.suspension('beta')]).toEqual([
        { at: 1, by: 'anna', reason: 'unpaid' },
        null,
      ]);
      await records.suspend('acme', null);
      expect(records.suspension('acme')).toBeNull();
    });

    it('keeps so many versions, each name once', async () => {
      const { records } = opened;
      const put = (name: string) =>
        records.putVersion('acme', { name, createdAt: 1, description: '' }, { 'index.yml': name }, 2);
      expect(await put('1')).toEqual([]);
      await expect(put('1')).rejects.toMatchObject({ code: 'InvalidVersionError' });
      await put('2');
      expect(await put('3')).toEqual(['1']);
      expect(records.versions('acme').map(({ name }) => name)).toEqual(['3', '2']);
      expect(records.version('acme', '2')).toMatchObject({ name: '2', files: { 'index.yml': '2' } });
      expect([records.version('acme', '1'), records.version('beta', '2')]).toEqual([null, null]);
      expect([await records.deleteVersion('acme', '2'), await records.deleteVersion('acme', '2')]).toEqual([
        true,
        false,
      ]);
    });

    it('remembers where a workspace and a repository last met', async () => {
      const { records } = opened;
      await records.putSynced('acme', 'origin', { commit: 'a', files: { 'index.yml': '1' } });
      await records.putSynced('acme', 'origin', { commit: 'b', files: {} });
      expect(records.synced('acme', 'origin')).toEqual({ commit: 'b', files: {} });
      expect(records.synced('acme', 'other')).toBeNull();
    });

    it('forgets a workspace that goes', async () => {
      const { records } = opened;
      await records.begin(aSave({ lenient: 'w:1' }));
      await records.suspend('acme', { at: 1 });
      await records.putVersion('acme', { name: '1', createdAt: 1, description: '' }, {}, 5);
      await records.putSynced('acme', 'origin', { commit: 'a', files: {} });
      await records.begin(aSave({ changes: null, release: undefined }));
      expect([records.workspaceAudit('acme'), records.versions('acme'), records.suspension('acme')]).toEqual([
        {},
        [],
        null,
      ]);
      expect([records.lenient('acme'), records.synced('acme', 'origin')]).toEqual([null, null]);
      expect(records.releases('acme', { limit: 5 })).toEqual({ rows: [], total: 0 });
    });
  });
}

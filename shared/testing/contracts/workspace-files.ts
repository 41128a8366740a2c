import type { WorkspaceFiles } from '../../ports/workspace-files';
import { until } from './flush-store';

export interface OpenFiles {
  readonly files: WorkspaceFiles;
  /** `<workspace>/<path>` -> text; null removes. */
  write(path: string, text: string | null): Promise<void>;
  close(): Promise<void>;
}

export function workspaceFilesContract(driver: string, open: () => Promise<OpenFiles>): void {
  describe(`WorkspaceFiles: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let opened: OpenFiles;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    it('gives the text of what belongs to a workspace, as it was written', async () => {
      await opened.write('acme/index.yml', 'name: Ácme\r\n');
      await opened.write('acme/automations/hello.yml', '# comment\nname: x');
      await opened.write('acme/automations/notes.txt', 'no');
      await opened.write('acme/readme.md', 'no');
      await opened.write('acme/security.yml', 'authorizations: {}');
      await opened.write('acme/imports/nlu.yml', 'appSlug: nlu');
      await opened.write('acme/imports/__index__.yml', 'nlu: {}');
      await opened.write('beta/automations/a.yaml', 'a');
      expect(await opened.files.list()).toEqual(['acme', 'beta']);
      expect(await opened.files.read('acme')).toEqual({
        'index.yml': 'name: Ácme\r\n',
        'automations/hello.yml': '# comment\nname: x',
        'imports/nlu.yml': 'appSlug: nlu',
        'security.yml': 'authorizations: {}',
      });
      expect(await opened.files.read('beta')).toEqual({ 'automations/a.yaml': 'a' });
    });

    it.each(['nope', '..', '.', '', 'acme/automations', '__proto__'])(
      'answers null for the workspace %j',
      async (id) => {
        await opened.write('acme/index.yml', '');
        expect(await opened.files.read(id)).toBeNull();
      },
    );

    it('tells which workspaces changed: written, renamed, removed, and no others', async () => {
      await opened.write('acme/automations/a.yml', '1');
      await opened.write('beta/index.yml', '1');
      const told: string[][] = [];
      const stop = opened.files.watch((ids) => told.push([...ids]));
      await new Promise((resolve) => setTimeout(resolve, 50));
      const after = async (change: () => Promise<void>): Promise<string[]> => {
        told.length = 0;
        await change();
        await until(async () => told.length > 0);
        return [...new Set(told.flat())];
      };
      expect(await after(() => opened.write('acme/automations/a.yml', '22'))).toEqual(['acme']);
      expect(await after(() => opened.write('acme/automations/a.yml', null))).toEqual(['acme']);
      expect(await after(() => opened.write('gamma/automations/g.yml', '1'))).toEqual(['gamma']);
      expect(await after(() => opened.write('beta/index.yml', null))).toEqual(['beta']);
      stop();
      told.length = 0;
      await opened.write('beta/index.yml', '3');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(told).toEqual([]);
    });
  });
}

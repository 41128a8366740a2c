import { compileAutomation } from '../../shared/core/automation/compile-automation';
import {
  compileWorkspace,
  type CachedFile,
  type WorkspaceResult,
} from '../../shared/core/workspaces/compile-workspace';
import { programSetOf } from '../../shared/core/workspaces/program-set';
import { indexTriggers } from '../../shared/core/workspaces/trigger-index';

const automation = (body: string, rest = ''): string => `name: x\n${rest}do:\n${body.replace(/^(?=.)/gm, '  ')}\n`;
const compile = (files: Record<string, string>, more: object = {}): WorkspaceResult =>
  compileWorkspace({ workspaceId: 'demo', files, createdAt: 1, ...more });
const told = ({ diagnostics }: WorkspaceResult): string[] =>
  diagnostics.map(({ code, file, line, col, endCol }) => `${code} ${file}:${line}:${col}-${endCol}`);

describe('compileWorkspace', () => {
  it('makes a release with closures over direct calls, recursion included', () => {
    const { release, diagnostics } = compile({
      'index.yml': 'name: Demo\nconfig: {value: {a: "{{secret.s}}"}}\n',
      'automations/a.yml': automation('- b: {}'),
      'automations/b.yaml': automation('- c: {}\n- a: {}'),
      'automations/c.yml': automation('- comment: x'),
      'automations/deep/d.yml': automation('- c: {}'),
      'expect.yml': 'steps: []',
    });
    expect(diagnostics).toEqual([]);
    expect(Object.keys(release?.automations ?? {})).toEqual(['a', 'b', 'c', 'deep/d']);
    expect(release?.automations.a?.closure).toEqual(['a', 'b', 'c']);
    expect(release?.automations['deep/d']?.closure).toEqual(['c', 'deep/d']);
    expect(release).toMatchObject({ formatVersion: 1, name: 'Demo', config: { '': { a: '{{secret.s}}' } } });
  });

  it('takes config without value as the values themselves, and a workspace without index', () => {
    expect(compile({ 'index.yml': 'name: D\nconfig: {a: 1}\n' }).release?.config).toEqual({ '': { a: 1 } });
    expect(compile({}).release).toMatchObject({ name: 'demo', automations: {}, config: { '': {} } });
  });

  it('tells unknown automations at the call, with the nearest name', () => {
    const result = compile({
      'automations/a.yml': automation(
        '- condition: {}\n- welcom: {}\n- app.x: {}\n- repeat: {until: 1, do: [{nothing like it: {}}]}',
      ),
      'automations/welcome.yml': automation('- comment: x'),
    });
    const at = 'CALL_UNKNOWN automations/a.yml';
    expect(told(result)).toEqual([`${at}:3:5-14`, `${at}:4:5-11`, `${at}:5:5-10`, `${at}:6:29-44`]);
    expect(result.diagnostics.map(({ hint }) => hint)).toEqual([
      'did you mean `conditions`?',
      'did you mean `welcome`?',
      'install the app: imports/app.yml',
      'add automations/nothing like it.yml',
    ]);
    expect(result.diagnostics[3]?.path).toBe('do[3].repeat.do[0]["nothing like it"]');
    expect(result.release).toBeNull();
  });

  it('says nothing of calls to a file that is broken itself', () => {
    const result = compile({ 'automations/a.yml': automation('- b: {}'), 'automations/b.yml': 'name: [' });
    expect(result.diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual(['automations/b.yml YAML_SYNTAX']);
  });

  it('warns of calls to a disabled automation and keeps it out of the program set', () => {
    const result = compile({
      'automations/a.yml': automation('- b: {}'),
      'automations/b.yml': automation('- comment: x', 'disabled: true\n'),
    });
    expect(told(result)).toEqual(['CALL_DISABLED automations/a.yml:3:5-6']);
    const { release, programs } = result;
    if (release === null) throw new Error('no release');
    const getProgram = (digest: string) => {
      const program = programs.get(digest);
      if (program === undefined) throw new Error(`no program ${digest}`);
      return program;
    };
    const set = programSetOf(release, 'a', getProgram);
    expect(Object.keys(set?.automations ?? {})).toEqual(['a']);
    expect(set).toMatchObject({ release: release.digest, config: { '': {} }, automations: { a: { instance: '' } } });
    expect(programSetOf(release, 'constructor', getProgram)).toBeNull();
  });

  it('refuses two files with one slug', () => {
    const result = compile({
      'automations/a.yml': automation('- comment: x'),
      'automations/b.yml': 'a:\n  name: x\n  do: []\n',
    });
    expect(told(result)).toEqual(['SLUG_DUPLICATE automations/b.yml:1:1-2']);
    expect(result.release).toBeNull();
  });

  it('lets our own instructions give way to an automation of that name', () => {
    const result = compile({
      'automations/a.yml': automation('- try: {x: 1}\n- $try: {do: []}\n- sleep: 1'),
      'automations/try.yml': automation('- comment: x', 'disabled: true\n'),
    });
    expect(told(result)).toEqual([
      'INSTRUCTION_SHADOWED automations/a.yml:3:5-8',
      'CALL_DISABLED automations/a.yml:3:5-8',
      'INSTRUCTION_SHADOWED automations/try.yml:1:1-2',
    ]);
    const program = result.programs.get(result.release?.automations.a?.program ?? '');
    expect(Object.values(program?.nodes ?? {}).map(({ op }) => op.op)).toEqual(['call', 'try', 'sleep']);
  });

  it('warns of automations outside their folder, and leaves other files alone', () => {
    const result = compile({
      'hello.yml': 'name: x\ndo: []\n',
      'notes.yml': 'a: 1',
      'README.md': 'do: x',
      'pages/a.yml': 'do: 1',
      'automations/__index__.yml': 'a: {}',
      'automations/__draft.yml': 'do: []\n',
    });
    expect(result.diagnostics).toMatchObject([
      { code: 'FILE_IGNORED', file: 'automations/__draft.yml', hint: 'rename it to automations/draft.yml' },
      { code: 'FILE_IGNORED', file: 'hello.yml', hint: 'move it to automations/hello.yml' },
    ]);
    expect(result.release).not.toBeNull();
  });

  it('checks the index', () => {
    const text = 'nmae: x\nslug: A B\nautomations: {a: {}}\nconfig: {value: 1, x: 2}\n';
    expect(told(compile({ 'index.yml': text }))).toEqual([
      'FIELD_UNKNOWN index.yml:1:1-5',
      'SLUG_INVALID index.yml:2:7-10',
      'FIELD_IGNORED index.yml:3:14-21',
      'FIELD_TYPE index.yml:4:17-18',
      'FIELD_UNKNOWN index.yml:4:20-21',
    ]);
  });

  it('deploys leniently what is flawed in one instruction only', () => {
    const files = { 'automations/a.yml': automation('- nope: {}\n- sleep: -1') };
    expect(compile(files).release).toBeNull();
    expect(compile(files, { strict: false }).release).not.toBeNull();
    const cron = { 'automations/a.yml': automation('- comment: x', 'when: {schedules: [a]}\n') };
    expect(compile(cron, { strict: false }).release).toBeNull();
  });

  it('compiles one automation when one of many has changed, and gives the same release', () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 200; i++)
      files[`automations/a${i}.yml`] = automation(`- set: {name: x, value: ${i}}\n- a${(i + 1) % 200}: {}`);
    const kept = new Map<string, CachedFile>();
    let compiled = 0;
    const cache = {
      get: (key: string) => kept.get(key),
      set: (key: string, file: CachedFile) => {
        compiled++;
        kept.set(key, file);
      },
    };
    const first = compile(files, { cache });
    expect(compiled).toBe(200);
    const second = compile({ ...files, 'automations/a7.yml': automation('- comment: x') }, { cache });
    expect(compiled).toBe(201);
    expect(second.release?.digest).not.toBe(first.release?.digest);
    expect(second.release?.automations.a8?.closure).toHaveLength(200);
    expect(compile(files, { createdAt: 2 }).release?.digest).toBe(first.release?.digest);
  });

  it('refuses a text above a million characters', () => {
    const { diagnostics } = compileAutomation({ file: 'automations/a.yml', slug: 'a', text: ' '.repeat(1_000_001) });
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual([['YAML_TOO_LARGE', 1]]);
  });
});

describe('indexTriggers', () => {
  it('lists automations by endpoint, event and schedule, disabled ones nowhere', () => {
    const when = 'when: {endpoint: hook, events: [e], schedules: ["0 9 * * *"]}\n';
    const { release } = compile({
      'automations/b.yml': automation('- comment: x', when),
      'automations/a.yml': automation('- comment: x', when),
      'automations/c.yml': automation('- comment: x', `${when}disabled: true\n`),
      'automations/d.yml': automation('- comment: x', 'when: {endpoint: true}\n'),
    });
    if (release === null) throw new Error('no release');
    const inApp = { ...release.automations.d, instance: 'app', slug: 'd' } as (typeof release.automations)[string];
    const withApp = { ...release, automations: { ...release.automations, 'app.d': inApp } };
    const index = indexTriggers(withApp);
    expect([...index.endpoints]).toEqual([
      ['hook', ['a', 'b']],
      ['app.d', ['app.d']],
      ['d', ['d']],
    ]);
    expect([...index.events]).toEqual([['e', ['a', 'b'].map((automation) => ({ release: withApp, automation }))]]);
    expect(index.schedules).toEqual([
      { automation: 'a', cron: '0 9 * * *' },
      { automation: 'b', cron: '0 9 * * *' },
    ]);
  });
});

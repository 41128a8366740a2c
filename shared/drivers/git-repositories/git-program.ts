import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors/errors';
import { isWorkspacePath } from '../../core/workspaces/file-paths';
import type { Texts } from '../../ports/deployments';
import type { GitHead, GitRemote, GitRepositories } from '../../ports/git-repositories';
import { assertBranch, checkAddress, refused, type AddressOptions, type GitAddress } from './git-address';
import { GitFailure, toldFailure } from './git-failure';

export interface GitOptions extends AddressOptions {
  /** Folder for what is fetched; each operation has its own inside, and removes it. */
  readonly dir: string;
  /** Certificates of hosts and authorities that are trusted instead of those of the system. */
  readonly caFile?: string;
  /** The `git` program; found on the PATH unless told. */
  readonly program?: string;
  readonly path: string;
  readonly timeoutMs?: number;
}

const MAX_FILE_BYTES = 1_048_576;
const MAX_FILES = 5_000;
const MAX_OUTPUT_BYTES = 64_000_000;

/**
 * Repositories by the `git` program. Nothing is ever checked out: files are read from and written to the object store, so
 * that no hook, filter, link or submodule of a repository does anything here.
 */
export function gitProgram(options: GitOptions): GitRepositories {
  return {
    read: (remote, ref) => within(options, remote, (git, url) => read(git, { ...remote, url }, ref)),
    push: (remote, commit) => within(options, remote, (git, url) => push(git, { ...remote, url }, commit)),
  };
}

type Git = (args: readonly string[], how?: { readonly input?: string | Buffer; readonly env?: Env }) => Promise<Buffer>;
type Env = { readonly [name: string]: string };

async function within<T>(
  options: GitOptions,
  remote: GitRemote,
  work: (git: Git, url: string) => Promise<T>,
): Promise<T> {
  const address = await checkAddress(options, remote);
  await mkdir(options.dir, { recursive: true });
  const dir = await mkdtemp(join(options.dir, 'repository-'));
  try {
    const env = await environment(options, { ...remote, address }, dir);
    const git: Git = (args, how = {}) =>
      run(options, ['--git-dir', join(dir, 'git'), ...args], { ...how, env: { ...env, ...how.env } });
    await git(['init', '--quiet', '--bare', '--template=', join(dir, 'git')]);
    return await work(git, address.url);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Nothing of this machine's git settings, nothing asked, and no credential on a command line. */
async function environment(
  { path, localPaths, caFile }: GitOptions,
  { auth = {}, address }: GitRemote & { readonly address: GitAddress },
  dir: string,
): Promise<Env> {
  const [user, password] = [auth.user ?? address.user, auth.password ?? address.password];
  const settings: [string, string][] = [
    ['core.hooksPath', '/dev/null'],
    ['protocol.allow', 'never'],
    ...['https', 'http', 'ssh', 'git', ...(localPaths ? ['file'] : [])].map((name): [string, string] => [
      `protocol.${name}.allow`,
      'always',
    ]),
    ['http.followRedirects', 'false'],
    ['gc.auto', '0'],
    ['safe.directory', '*'],
    ...(caFile === undefined ? [] : [['http.sslCAInfo', caFile] as [string, string]]),
    ...address.settings.map(([name, value]): [string, string] => [name, value]),
  ];
  // A user alone is a token of a provider that takes it so.
  if (password !== undefined || address.user !== undefined) {
    const credentials = Buffer.from(`${user ?? 'git'}:${password ?? ''}`).toString('base64');
    settings.push(['http.extraHeader', `Authorization: Basic ${credentials}`]);
  }
  const ssh = [
    'ssh',
    '-o',
    'BatchMode=yes',
    '-o',
    'StrictHostKeyChecking=accept-new',
    '-o',
    `UserKnownHostsFile=${join(dir, '..', 'known_hosts')}`,
    ...address.ssh,
  ];
  if (auth.sshkey !== undefined) {
    const key = join(dir, 'key');
    await writeFile(key, auth.sshkey.endsWith('\n') ? auth.sshkey : `${auth.sshkey}\n`, { mode: 0o600 });
    ssh.push('-o', 'IdentitiesOnly=yes', '-i', key);
  }
  return {
    PATH: path,
    HOME: dir,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_SSH_COMMAND: ssh.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

function run(
  { program = 'git', timeoutMs = 60_000 }: GitOptions,
  args: readonly string[],
  { input, env }: { readonly input?: string | Buffer; readonly env: Env },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: 'pipe', timeout: timeoutMs, killSignal: 'SIGKILL' });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    let size = 0;
    child.stdout.on('data', (piece: Buffer) => {
      if ((size += piece.length) > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else out.push(piece);
    });
    child.stderr.on('data', (piece: Buffer) => void (err.length < 100 && err.push(piece)));
    child.stdin.on('error', () => undefined); // It has ended before it read all; its exit code says why.
    child.on('error', (error) =>
      reject(fail('RepositoryError', 'The program `git` cannot be run', { reason: 'NoGit' }, { cause: error })),
    );
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out));
      const said = Buffer.concat(err).toString('utf8');
      reject(new GitFailure(signal === null ? said : `${said}\ntimed out, or answered too much`));
    });
    child.stdin.end(input);
  });
}

/** The branch itself, or a tag or commit of the repository. */
async function read(git: Git, { url, branch }: GitRemote, ref?: string): Promise<GitHead | null> {
  if (ref !== undefined) assertBranch(ref, 'version');
  try {
    const found = (
      await git([
        'ls-remote',
        '--',
        url,
        ...(ref === undefined ? [`refs/heads/${branch}`] : [`refs/tags/${ref}`, `refs/heads/${ref}`]),
      ])
    ).toString('utf8');
    const isCommit = ref !== undefined && /^[0-9a-f]{40}$/.test(ref);
    const name = found.split('\n')[0]?.split('\t')[1] ?? (isCommit ? ref : undefined);
    if (name === undefined) return null;
    await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, name]);
    const commit = (await git(['rev-parse', 'FETCH_HEAD^{commit}'])).toString('utf8').trim();
    return { commit, files: await filesAt(git, commit) };
  } catch (error) {
    throw toldFailure(error, 'read it');
  }
}

interface Blob {
  readonly path: string;
  readonly object: string;
}

async function blobsAt(git: Git, commit: string): Promise<readonly Blob[]> {
  const listed = (await git(['ls-tree', '-r', '-z', '--long', commit])).toString('utf8');
  const blobs = listed.split('\0').flatMap((line): Blob[] => {
    const [, mode, object, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([^]+)$/.exec(line) ?? [];
    // Links lead elsewhere; what is no file of a workspace is none of our business.
    if (mode === undefined || mode === '120000' || path === undefined || !isWorkspacePath(path)) return [];
    if (Number(size) > MAX_FILE_BYTES) throw refused(`${path} is too large`, 'TooLarge');
    return [{ path, object: object ?? '' }];
  });
  if (blobs.length > MAX_FILES) throw refused(`it has more than ${MAX_FILES} files`, 'TooMany');
  return blobs;
}

async function filesAt(git: Git, commit: string): Promise<Texts> {
  const blobs = await blobsAt(git, commit);
  if (blobs.length === 0) return {};
  const batch = await git(['cat-file', '--batch'], { input: `${blobs.map(({ object }) => object).join('\n')}\n` });
  let at = 0;
  const files = blobs.map(({ path }): [string, string] => {
    const end = batch.indexOf(10, at);
    const size = Number(batch.toString('utf8', at, end).split(' ')[2]);
    at = end + 1 + size + 1;
    return [path, batch.toString('utf8', end + 1, end + 1 + size)];
  });
  return Object.fromEntries(files);
}

type Commit = Parameters<GitRepositories['push']>[1];

async function push(
  git: Git,
  { url, branch }: GitRemote,
  { parent, files, message, author, tag }: Commit,
): Promise<string | null> {
  try {
    if (parent !== null) await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, `refs/heads/${branch}`]);
    const head = parent === null ? null : (await git(['rev-parse', 'FETCH_HEAD'])).toString('utf8').trim();
    if (head !== parent) return null;
    if (parent !== null) await git(['read-tree', parent]);
    const gone = (parent === null ? [] : await blobsAt(git, parent)).filter(({ path }) => !Object.hasOwn(files, path));
    const lines = gone.map(({ path }) => `0 ${'0'.repeat(40)}\t${path}`);
    for (const [path, text] of Object.entries(files)) {
      const object = (await git(['hash-object', '-w', '--stdin'], { input: text })).toString('utf8').trim();
      lines.push(`100644 ${object}\t${path}`);
    }
    await git(['update-index', '--index-info'], { input: `${lines.join('\n')}\n` });
    const tree = (await git(['write-tree'])).toString('utf8').trim();
    const commit = await commitTree(git, { tree, parent, message, author });
    const targets = [`${commit}:refs/heads/${branch}`, ...(tag === undefined ? [] : [`${commit}:refs/tags/${tag}`])];
    return await pushTo(git, url, targets, commit);
  } catch (error) {
    throw toldFailure(error, 'write to it');
  }
}

async function commitTree(
  git: Git,
  { tree, parent, message, author }: { tree: string; parent: string | null; message: string; author: string },
): Promise<string> {
  const name = author.replace(/[<>\n\r\0]/g, '') || 'unknown';
  const who = {
    GIT_AUTHOR_NAME: name,
    GIT_COMMITTER_NAME: name,
    GIT_AUTHOR_EMAIL: `${name}@ostinato.invalid`,
    GIT_COMMITTER_EMAIL: `${name}@ostinato.invalid`,
  };
  const from = parent === null ? [] : ['-p', parent];
  return (await git(['commit-tree', tree, ...from], { input: `${message}\n`, env: who })).toString('utf8').trim();
}

/** Only forwards: a branch that has moved meanwhile is left alone, and so is everything else then. */
async function pushTo(git: Git, url: string, targets: readonly string[], commit: string): Promise<string | null> {
  try {
    await git(['push', '--quiet', '--atomic', '--', url, ...targets]);
    return commit;
  } catch (error) {
    if (error instanceof GitFailure && /rejected|fetch first|non-fast-forward|cannot lock ref/i.test(error.message))
      return null;
    throw error;
  }
}

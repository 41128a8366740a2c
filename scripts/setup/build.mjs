import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { BUNDLE_FOLDERS, filesBelow, fingerprint, SOURCE_FOLDERS } from './fingerprint.mjs';
import { SetupProblem } from './problem.mjs';
import { run, step, tail } from './steps.mjs';

const CONFIGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
/** A package of its own: compiled with the others, into its own folder. */
const CLIENT = 'client/src';
const COMPILER = 'node_modules/@typescript/native/bin/tsc';
const isAsset = (path) => /\.(ya?ml|json|sql|html|css|proto)$/.test(path) && !/tsconfig[^/]*\.json$/.test(path);

const fingerprints = (root) => ({
  sources: fingerprint(root, [...SOURCE_FOLDERS, CLIENT], CONFIGS),
  bundle: fingerprint(root, BUNDLE_FOLDERS, [...CONFIGS, 'workers/bundle.ts']),
});

export function buildIsCurrent(root) {
  const [was, is] = [readStamp(root), fingerprints(root)];
  return was.sources === is.sources && was.bundle === is.bundle;
}

/** Compiles what is newer than dist/, copies what is no TypeScript, makes the workflow bundle when its parts changed. */
export async function build(root) {
  const [was, is] = [readStamp(root), fingerprints(root)];
  if (was.sources !== is.sources) {
    writeStamp(root, {}); // A build that fails or is cut off half-way leaves no stamp behind.
    await step('Building', () => compile(root));
    copyAssets(root);
  }
  if (was.bundle !== is.bundle && existsSync(join(root, 'dist/workers/bundle.js'))) {
    await step('Bundling the workflow', () => bundle(root));
  }
  writeStamp(root, is);
}

async function compile(root) {
  removeOrphans(root);
  const { code, output } = await run(process.execPath, [COMPILER, '-b'], { cwd: root });
  if (code === 0) return;
  throw new SetupProblem(`The sources do not compile:\n${tail(output, 60)}`, {
    tried: `node ${COMPILER} -b`,
    mend: 'correct the lines above; on a fresh clone, check that nothing was changed by hand (git status).',
  });
}

async function bundle(root) {
  const { code, output } = await run(process.execPath, ['dist/workers/bundle.js'], { cwd: root });
  if (code === 0) return;
  throw new SetupProblem(`The workflow bundle cannot be made:\n${tail(output, 40)}`, {
    tried: 'node dist/workers/bundle.js',
    mend: 'look for an import in workflows/ or shared/core that the sandbox refuses.',
  });
}

/** A source that was renamed must not live on in dist/, where a forgotten import would still find it. */
function removeOrphans(root) {
  for (const folder of SOURCE_FOLDERS) {
    for (const path of filesBelow(join(root, 'dist', folder))) {
      const stem = /^(.*?)(\.d\.ts|\.js|\.js\.map)$/.exec(relative(join(root, 'dist'), path))?.[1];
      if (stem !== undefined && !existsSync(join(root, `${stem}.ts`)) && !existsSync(join(root, `${stem}.js`))) {
        rmSync(path);
      }
    }
  }
}

function copyAssets(root) {
  for (const folder of SOURCE_FOLDERS) {
    for (const path of filesBelow(join(root, folder)).filter(isAsset)) {
      const target = join(root, 'dist', relative(root, path));
      mkdirSync(dirname(target), { recursive: true });
      if (statSync(path).isFile()) copyFileSync(path, target);
    }
  }
}

const stampOf = (root) => join(root, 'dist', '.stamp.json');

function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampOf(root), 'utf8'));
  } catch {
    return {}; // Missing or cut off: then everything is built.
  }
}

function writeStamp(root, stamp) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampOf(root), JSON.stringify(stamp));
}

/**
 * Adds to package-lock.json the packages of platforms that the registry at hand does not carry, so that `npm ci` works
 * everywhere: a lock made where only some platforms' packages can be had leaves the others out, and npm then installs
 * nothing for them (npm/cli#4828). Run it after every change of the lock: `node scripts/complete-lock.mjs`
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];
for (const { optionalDependencies, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (Object.keys(lock.packages).some((known) => known === path || known.endsWith(`/${path}`))) continue;
    const words = name.split(/[-/]/);
    const os = SYSTEMS.filter((system) => words.includes(system));
    const cpu = PROCESSORS.filter((processor) =>
      words.some((word) => word === processor || word.startsWith(`${processor}le`)),
    );
    if (words.includes('gnueabihf') || words.includes('armhf')) cpu.push('arm');
    // A package that is not for one platform is not ours to guess.
    if (os.length === 0 && cpu.length === 0) throw new Error(`${name} is missing from the lock, and names no platform`);
    if (!/^\d/.test(version)) throw new Error(`${name} is wanted as ${version}: no exact version to write down`);
    lock.packages[path] = {
      version,
      ...(cpu.length > 0 && { cpu: [...new Set(cpu)] }),
      ...(dev && { dev: true }),
      optional: true,
      ...(os.length > 0 && { os }),
    };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(FILE, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`added ${added.length}: ${added.join(', ') || 'nothing was missing'}`);

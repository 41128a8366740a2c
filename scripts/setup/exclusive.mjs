import { createHash } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Only one set-up at a time in one checkout: two at once would delete packages under each other. The lock lies outside
 * the checkout, since installing removes node_modules and a build may remove dist. A dead holder's lock is taken over.
 */
export async function exclusively(root, work) {
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `ostinato-setup-${process.getuid?.() ?? 'user'}-${key}.lock`);
  for (let told = false; !take(path); await sleep(200)) {
    if (!told) process.stderr.write('another start is setting up this checkout: waiting for it\n');
    told = true;
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path); // Appears with its content, or not at all.
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (existsSync(path) && !isAlive(holderOf(path))) rmSync(path, { force: true });
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return process.pid; // Gone in between: look again at the next turn.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

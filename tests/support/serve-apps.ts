import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders without expectations are apps of the others: served under their own names, which imports give. */
export function serveApps(from: string, servedPath: string): void {
  for (const name of readdirSync(from))
    if (existsSync(join(from, name, 'index.yml')) && !existsSync(join(from, name, 'expect.yml')))
      cpSync(join(from, name), join(servedPath, name), { recursive: true });
}

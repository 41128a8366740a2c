import type { Diagnostic } from '../automation/diagnostic';
import { diagnosticCodes } from '../automation/diagnostic-codes';
import { slugOfFile } from '../automation/slug';

const KNOWN = /^((index|security|runtime|expect|\.import)\.ya?ml|(imports|pages)\/.*|automations\/(\.|__).*)$/;

/** Warns of YAML files that look like an automation and stand where none is read. */
export function reportIgnoredFile(files: { readonly [path: string]: string }): readonly Diagnostic[] {
  const ignored = Object.keys(files).filter(
    (file) =>
      /\.ya?ml$/.test(file) && slugOfFile(file) === null && !KNOWN.test(file) && /^\s*do\s*:/m.test(files[file] ?? ''),
  );
  return ignored.map((file) => ({
    code: 'FILE_IGNORED',
    severity: diagnosticCodes.FILE_IGNORED.severity,
    message: 'The file looks like an automation, but only those in automations/ are read',
    file,
    path: '',
    hint: `move it to automations/${file.split('/').at(-1)}`,
  }));
}

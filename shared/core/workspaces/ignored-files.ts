import type { Diagnostic } from '../automation/diagnostic';
import { diagnosticCodes } from '../automation/diagnostic-codes';
import { slugOfFile } from '../automation/slug';

const KNOWN = /^((index|security|runtime|expect|\.import)\.ya?ml|(imports|pages)\/.*|automations\/\..*)$/;

/** Warns of YAML files that look like an automation and stand where none is read. */
export function reportIgnoredFile(files: { readonly [path: string]: string }): readonly Diagnostic[] {
  const ignored = Object.keys(files).filter(
    (file) =>
      /\.ya?ml$/.test(file) && slugOfFile(file) === null && !KNOWN.test(file) && /^\s*do\s*:/m.test(files[file] ?? ''),
  );
  return ignored.map((file) => ({
    ...wordsFor(file),
    code: 'FILE_IGNORED',
    severity: diagnosticCodes.FILE_IGNORED.severity,
    file,
    path: '',
  }));
}

function wordsFor(file: string): { readonly message: string; readonly hint: string } {
  const name = file.split('/').at(-1) ?? file;
  if (file.startsWith('automations/'))
    return {
      message: 'The file looks like an automation, but those whose name begins with __ are not read',
      hint: `rename it to automations/${name.replace(/^_+/, '')}`,
    };
  return {
    message: 'The file looks like an automation, but only those in automations/ are read',
    hint: `move it to automations/${name}`,
  };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors } from '../../shared/core/errors/errors';

/** Rows of the table: name and status. */
const documented = [
  ...readFileSync(join(__dirname, '..', '..', 'docs', 'reference', 'errors.md'), 'utf8').matchAll(
    /^\| `(\w+)`\s*\| (\d{3})\s*\|/gm,
  ),
].map(([, name, status]) => [name, Number(status)]);

it('documents every error of the catalogue, with its status, in its order', () => {
  expect(documented).toEqual(Object.values(errors).map(({ code, status }) => [code, status]));
});

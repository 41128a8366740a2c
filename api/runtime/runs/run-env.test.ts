import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRunEnv, REGEX_ENGINE } from './run-env';

it('names the regex engine that is installed', () => {
  const { dependencies } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    dependencies: { [name: string]: string };
  };
  expect(REGEX_ENGINE).toBe(`re2js@${dependencies['re2js']}`);
});

it('names every version that an answer may depend on', () => {
  const env = createRunEnv({ locale: 'en', timeZone: 'Europe/Paris' });
  expect(env).toMatchObject({ locale: 'en', timeZone: 'Europe/Paris' });
  expect(Object.values(env)).not.toContain('unknown');
});

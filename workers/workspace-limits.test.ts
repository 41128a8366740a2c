import { readConfig } from './config';
import { workspaceLimits } from './workspace-limits';
import { workspaceSecrets } from './workspace-secrets';

const limitsOf = (own: { readonly [name: string]: string }, env: { readonly [name: string]: string } = {}) => {
  const secrets = JSON.stringify({ acme: own });
  const config = readConfig({ RATE_LIMIT_DISABLED: 'false', OSTINATO_SECRETS: secrets, ...env });
  return workspaceLimits(config, workspaceSecrets(config));
};

it('has the rates of the settings', () => {
  const limits = limitsOf({}, { RATE_LIMIT_EMITS: '7' });
  expect(limits.rateOf('acme', 'automations')).toEqual({ perSecond: 100, burst: 400 });
  expect(limits.rateOf('acme', 'emits')).toEqual({ perSecond: 7, burst: 100 });
  expect(limits.rateOf('acme', 'fetchs')).toEqual({ perSecond: 50, burst: 200 });
  expect(limits.rateOf('acme', 'repeats')).toEqual({ perSecond: 1000, burst: 4000 });
  expect(limits.ofRuns('acme')).toEqual({
    contextsMaxBytes: 10_240,
    tokens: { automations: 10, emits: 10, repeats: 500 },
  });
});

it('has no rates where only this machine can call, unless the settings say so', () => {
  expect(limitsOf({}, { RATE_LIMIT_DISABLED: '' }).ofRuns('acme')).toEqual({ contextsMaxBytes: 10_240 });
  expect(readConfig({ NODE_ENV: 'production' }).rateLimits).not.toBeNull();
  expect(readConfig({ NODE_ENV: 'production', RATE_LIMIT_DISABLED: 'true' }).rateLimits).toBeNull();
});

it('takes those of a workspace from its secrets; a text that is no number is passed over', () => {
  const limits = limitsOf({
    prismeai_ratelimit_emits: '2',
    prismeai_ratelimit_emits_burst: '4',
    prismeai_ratelimit_fetchs: 'many',
    prismeai_ratelimit_repeats: '0',
    prismeai_contexts_max_size_kb: '3',
  });
  expect(limits.rateOf('acme', 'emits')).toEqual({ perSecond: 2, burst: 4 });
  expect(limits.rateOf('acme', 'fetchs')).toEqual({ perSecond: 50, burst: 200 });
  expect(limits.rateOf('acme', 'repeats')).toEqual({ perSecond: 1000, burst: 4000 });
  expect(limits.rateOf('other', 'emits')).toEqual({ perSecond: 30, burst: 100 });
  // A small bucket is not emptied at once.
  expect(limits.ofRuns('acme')).toMatchObject({ contextsMaxBytes: 3072, tokens: { emits: 1 } });
});

it('limits nothing with a burst of 0, or where the platform says so', () => {
  expect(limitsOf({ prismeai_ratelimit_emits_burst: '0' }).rateOf('acme', 'emits')).toBeUndefined();
  expect(limitsOf({}, { RATE_LIMIT_REPEATS_BURST: '0' }).ofRuns('acme').tokens).not.toHaveProperty('repeats');
  expect(limitsOf({ prismeai_ratelimit_disabled: 'true' }).ofRuns('acme')).toEqual({ contextsMaxBytes: 10_240 });
  expect(limitsOf({ prismeai_ratelimit_disabled: 'no' }).rateOf('acme', 'emits')).toBeDefined();
});

import { shortLivedTokens } from './short-lived-tokens';

const ada = { userId: 'ada', sessionId: 's' };
const run = { workspaceId: 'acme', correlationId: 'c' };

it('knows its own token until it ends', async () => {
  let now = 0;
  const tokens = shortLivedTokens(10_000, () => now);
  const token = tokens.mint(ada, run);
  expect(await tokens.open(token)).toEqual({ caller: ada, run });
  now = 9_999;
  expect(await tokens.open(token)).toEqual({ caller: ada, run });
  now = 10_000;
  expect(await tokens.open(token)).toBeNull();
});

it('knows no other, and none that was changed', async () => {
  const tokens = shortLivedTokens();
  const [head = '', body = '', signature = ''] = tokens.mint(ada, run).split('.');
  const forged = Buffer.from(JSON.stringify({ caller: { userId: 'eve' }, until: 1e15 })).toString('base64url');
  for (const token of ['', 'x', `${head}.${forged}.${signature}`, `${head}.${body}`, `${head}.${body}.AAAA`])
    expect(await tokens.open(token)).toBeNull();
  expect(await tokens.open(shortLivedTokens().mint(ada, run))).toBeNull();
});

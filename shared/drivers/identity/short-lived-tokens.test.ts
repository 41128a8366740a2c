import { shortLivedTokens } from './short-lived-tokens';

const ada = { userId: 'ada', sessionId: 's', role: 'editor' };

it('knows its own token until it ends', async () => {
  let now = 0;
  const tokens = shortLivedTokens(10_000, () => now);
  const token = tokens.mint(ada);
  expect(await tokens.authenticate(token)).toEqual(ada);
  now = 9_999;
  expect(await tokens.authenticate(token)).toEqual(ada);
  now = 10_000;
  expect(await tokens.authenticate(token)).toBeNull();
});

it('knows no other, and none that was changed', async () => {
  const tokens = shortLivedTokens();
  const [head = '', body = '', signature = ''] = tokens.mint(ada).split('.');
  const forged = Buffer.from(JSON.stringify({ caller: { userId: 'eve' }, until: 1e15 })).toString('base64url');
  for (const token of ['', 'x', `${head}.${forged}.${signature}`, `${head}.${body}`, `${head}.${body}.AAAA`])
    expect(await tokens.authenticate(token)).toBeNull();
  expect(await tokens.authenticate(shortLivedTokens().mint(ada))).toBeNull();
});

import { localIdentity } from './local';

describe('localIdentity', () => {
  const identity = localIdentity({
    ownerToken: 'secret',
    users: [
      { token: 'anna', caller: { userId: 'u1', sessionId: 's1' } },
      { token: '', caller: { userId: 'nobody' } },
    ],
  });

  it('knows the owner and the users of the settings', async () => {
    expect(await identity.authenticate('secret')).toEqual({ userId: 'owner', sessionId: 'owner', authData: {} });
    expect(await identity.authenticate('anna')).toEqual({ userId: 'u1', sessionId: 's1' });
  });

  it.each(['', 'other', 'secret ', '__proto__'])('knows nobody by the token %j', async (token) =>
    expect(await identity.authenticate(token)).toBeNull(),
  );
});

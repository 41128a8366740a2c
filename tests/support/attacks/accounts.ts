import { randomUUID } from 'node:crypto';
import { unauthenticated, badRequest, account, type Attack } from './attack';

/** Accounts. */
export const accounts: readonly Attack[] = [
  {
    name: 'enumeration: a login with an unknown address answers as with a wrong password',
    run: async ({ server }) => {
      const [known, unknown] = await Promise.all([
        server.logIn('ada@example.org', 'wrong horse'),
        server.logIn('nobody@example.org', 'wrong horse'),
      ]);
      expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
      return unknown;
    },
    expect: { ...unauthenticated, message: 'Incorrect email or password.' },
  },
  {
    name: 'enumeration: a new password for an unknown address answers as for a known one',
    run: async ({ server }) => {
      const ask = (email: string) => server.ask('/v2/user/password', { body: { email } });
      const [known, unknown] = await Promise.all([ask('ada@example.org'), ask('nobody@example.org')]);
      expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
      return unknown;
    },
    expect: { status: 200 },
  },
  {
    name: 'enumeration: contacts without an account',
    run: ({ server }) => server.ask('/v2/contacts', { body: { email: 'ada@example.org' } }),
    expect: unauthenticated,
  },
  {
    name: 'enumeration: contacts by a part of an address',
    run: ({ server, eve }) => server.ask('/v2/contacts', { token: eve.token, body: { firstName: 'A' } }),
    expect: badRequest,
  },
  {
    name: 'enumeration: the account of somebody else',
    run: ({ server, eve }) => server.ask(`/v2/users/${randomUUID()}`, { method: 'PATCH', token: eve.token, body: {} }),
    expect: { status: 403, error: 'ForbiddenError' },
  },
  {
    name: 'mass assignment: a role at sign-up',
    run: ({ server }) => server.ask('/v2/signup', { body: account({ platformRole: 'superadmin' }) }),
    expect: badRequest,
  },
  {
    name: 'mass assignment: an id at sign-up',
    run: ({ server }) => server.ask('/v2/signup', { body: account({ id: 'owner' }) }),
    expect: badRequest,
  },
  {
    name: 'mass assignment: provider data of oneself',
    run: ({ server, eve }) =>
      server.ask('/v2/user', { method: 'PATCH', token: eve.token, body: { authData: { prismeai: {} } } }),
    expect: { status: 403, error: 'ForbiddenError' },
  },
  {
    name: 'mass assignment: a role of oneself as a user among others',
    run: ({ server, eve }) =>
      server.ask(`/v2/users/${eve.id}`, { method: 'PATCH', token: eve.token, body: { platformRole: 'superadmin' } }),
    expect: { status: 403, error: 'ForbiddenError' },
  },
  {
    name: 'prototype pollution through a body',
    run: async ({ server, eve }) => {
      const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
      const answer = await server.ask('/v2/user/meta', { method: 'POST', token: eve.token, body });
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
      return answer;
    },
    expect: { status: 200 },
  },
  {
    name: 'objects in place of texts at login',
    run: ({ server }) => server.ask('/v2/login', { body: { email: { $ne: null }, password: { $ne: null } } }),
    expect: badRequest,
  },
  {
    name: 'SQL in place of an address',
    run: ({ server }) => server.logIn(`ada@example.org' OR '1'='1`),
    expect: unauthenticated,
  },
  {
    name: 'a guessed token of a mail',
    run: ({ server }) => server.ask('/v2/user/password', { body: { token: 'guessed', password: 'another horse' } }),
    expect: { status: 400, error: 'InvalidOrExpiredToken' },
  },
  {
    name: 'a flood of guessed passwords',
    run: async ({ server }) => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) => server.logIn('target@example.org', `guess number ${n}`)),
      );
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
      return answers.find(({ status }) => status === 429) ?? { status: 0 };
    },
    expect: { status: 429, error: 'TooManyRequests' },
  },
  {
    name: 'a flood of guessed passwords, each with another spelling of the address',
    run: async ({ server }) => {
      const spellings = ['Prey@example.org', 'prey@EXAMPLE.org', ' prey@example.org', 'PREY@example.org '];
      const answers = await Promise.all(
        [...spellings, ...spellings].map((email, n) => server.logIn(email, `guess number ${n}`)),
      );
      return answers.find(({ status }) => status === 429) ?? { status: 0 };
    },
    expect: { status: 429, error: 'TooManyRequests' },
  },
];

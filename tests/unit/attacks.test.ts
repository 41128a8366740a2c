/**
 * Attacks on the door and on accounts: one row each, refused with its documented status within two seconds, logged,
 * while another client is served as ever.
 */
import { accounts } from '../support/attacks/accounts';
import type { Attack, Outcome, Stage } from '../support/attacks/attack';
import { headers } from '../support/attacks/headers';
import { pages } from '../support/attacks/pages';
import { routes } from '../support/attacks/routes';
import { sizes } from '../support/attacks/sizes';
import { tokens } from '../support/attacks/tokens';
import { startIdentityServer, type Answer } from '../support/identity-server';

jest.setTimeout(60_000);

const attacks: readonly Attack[] = [...headers, ...tokens, ...pages, ...accounts, ...sizes, ...routes];

describe('attacks', () => {
  let stage: Stage;
  beforeAll(async () => {
    const server = await startIdentityServer({ limits: true });
    await server.signUp('target@example.org');
    const ada = await server.someone();
    stage = { server, ada, eve: await server.someone('eve@example.org') };
  });
  afterAll(() => stage.server.stop());

  it('are at least 35, each with a name of its own', () => {
    expect(attacks.length).toBeGreaterThanOrEqual(35);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  it.each(attacks)('$name', async ({ run, expect: expected, unseen, byParser }) => {
    const { server } = stage;
    // A window of its own: a row before has counted, too.
    server.clock.offset += 61_000;
    const before = { lines: server.lines.length, seen: server.seen.length };
    const begun = Date.now();
    const [outcome, other] = await Promise.all([
      run(stage).then(toOutcome),
      server.ask('/v2/workspaces/acme/webhooks/fine'),
    ]);
    expect(Date.now() - begun).toBeLessThan(2_000);
    expect(outcome).toMatchObject(expected);
    expect(other.status).toBe(200);
    if (unseen) expect(JSON.stringify(server.seen.slice(before.seen))).not.toMatch(unseen);
    const logged = server.lines
      .slice(before.lines)
      .map(({ fields }) => (fields['http'] as { responseCode?: number })?.responseCode);
    if (!byParser) expect(logged).toContain(expected.status);
    expect(JSON.stringify(outcome)).not.toMatch(/node_modules|\.ts:|SQLITE|at Object/);
  });
});

function toOutcome(given: Answer | string | Outcome): Outcome {
  if (typeof given !== 'string') {
    if (!('body' in given)) return given;
    const { status, body } = given;
    return { status, error: body['error'], message: body['message'] };
  }
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(given)?.[1] ?? 0);
  const text = given.slice(given.indexOf('\r\n\r\n') + 4);
  const json = /\{.*\}/s.exec(text)?.[0];
  let body: { error?: string; message?: string } = {};
  try {
    body = JSON.parse(json ?? '{}') as typeof body;
  } catch {
    // More than one answer, or none of ours.
  }
  return { status, error: body.error, message: body.message };
}

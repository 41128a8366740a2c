import type { TopicRequest } from '../../core/run/types';
import type { TopicStore } from '../../ports/topic-store';

export interface OpenTopics {
  readonly topics: TopicStore;
  close(): Promise<void>;
}

export function topicStoreContract(driver: string, open: () => Promise<OpenTopics>): void {
  describe(`TopicStore: ${driver}`, () => {
    jest.setTimeout(30_000); // A busy machine is no failure.
    let stores: OpenTopics;
    beforeEach(async () => void (stores = await open()));
    afterEach(() => stores.close());

    const ask = (over: Partial<TopicRequest>) =>
      stores.topics.apply({
        kind: 'create',
        workspaceId: 'acme',
        topic: 't',
        userIds: [],
        idempotencyKey: 'c:1',
        ...over,
      });
    const join = (over: Partial<TopicRequest>) => ask({ kind: 'join', userIds: ['u1'], ...over });

    it('makes a topic once, and tells the call that made it so again', async () => {
      expect(await ask({})).toEqual({ created: true });
      expect(await ask({ idempotencyKey: 'c:2' })).toEqual({ created: false });
      expect(await ask({})).toEqual({ created: true });
    });

    it('makes a topic once, however many ask at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => join({ idempotencyKey: `c:${i}`, userIds: [`u${i}`] })),
      );
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
    });

    it('lets users join, each once', async () => {
      await join({ userIds: ['u1', 'u2'] });
      await join({ idempotencyKey: 'c:2' });
      await join({ topic: 'a', idempotencyKey: 'c:3' });
      expect(await stores.topics.topicsOf('acme', 'u1')).toEqual(['a', 't']);
      expect(await stores.topics.topicsOf('acme', 'u2')).toEqual(['t']);
    });

    it('refuses to join a topic that there is not, when it shall not be made', async () => {
      await expect(join({ create: false })).rejects.toMatchObject({
        code: 'PrismeError',
        message: 'Cannot join topic t as it does not exist',
      });
      expect(await stores.topics.topicsOf('acme', 'u1')).toEqual([]);
      await ask({});
      expect(await join({ create: false, idempotencyKey: 'c:2' })).toEqual({ created: false });
    });

    it('keeps workspaces apart, and does not take the users of a creation for members', async () => {
      await ask({ userIds: ['u1'] });
      expect(await stores.topics.topicsOf('acme', 'u1')).toEqual([]);
      await join({ workspaceId: 'beta', idempotencyKey: 'c:2' });
      expect(await stores.topics.topicsOf('acme', 'u1')).toEqual([]);
    });
  });
}

import { fail } from '../../core/errors/errors';
import type { TopicRequest } from '../../core/run/types';
import type { TopicStore } from '../../ports/topic-store';
import type { SqliteDatabase, Tx } from '../sqlite/database';

export const sqliteTopicStore = (db: SqliteDatabase): TopicStore => ({
  apply: (request) => db.write((tx) => apply(tx, request)),
  topicsOf: async (workspaceId, userId) =>
    db
      .all<{ topic: string }>('SELECT topic FROM user_topic_members WHERE workspace = ? AND user = ? ORDER BY topic', [
        workspaceId,
        userId,
      ])
      .map(({ topic }) => topic),
});

function apply(
  tx: Tx,
  { kind, workspaceId, topic, userIds, create, idempotencyKey }: TopicRequest,
): { created: boolean } {
  const found = tx.get<{ made_by: string }>('SELECT made_by FROM user_topics WHERE workspace = ? AND topic = ?', [
    workspaceId,
    topic,
  ]);
  if (!found && kind === 'join' && create === false)
    throw fail('PrismeError', `Cannot join topic ${topic} as it does not exist`, { topic });
  if (!found)
    tx.run('INSERT INTO user_topics (workspace, topic, made_by) VALUES (?, ?, ?)', [
      workspaceId,
      topic,
      idempotencyKey,
    ]);
  // Users named by `createUserTopic` stand in its event only; they join by themselves.
  if (kind === 'join')
    for (const user of userIds)
      tx.run('INSERT INTO user_topic_members (workspace, user, topic) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
        workspaceId,
        user,
        topic,
      ]);
  return { created: (found?.made_by ?? idempotencyKey) === idempotencyKey };
}

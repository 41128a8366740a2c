import Libsql from 'libsql';

/**
 * A table of events, durable at each commit.
 * @param {string} path
 */
export function openEventStore(path) {
  const db = new Libsql(path);
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000');
  db.exec(`CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, created_at TEXT NOT NULL, payload TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS events_by_type ON events (type, position)`);
  const insert = db.prepare('INSERT OR IGNORE INTO events (id, type, created_at, payload) VALUES (?, ?, ?, ?)');
  const page = db.prepare(
    'SELECT id, type, payload FROM events WHERE type = ? ORDER BY position DESC LIMIT ? OFFSET ?',
  );
  return {
    /** One transaction, one sync of the disk. @param {readonly { id: string, type: string, payload: object }[]} events */
    add(events) {
      const createdAt = new Date().toISOString();
      db.exec('BEGIN IMMEDIATE');
      try {
        for (const { id, type, payload } of events) insert.run(id, type, createdAt, JSON.stringify(payload));
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    /** @param {string} type @param {number} limit @param {number} index of the page */
    list(type, limit, index) {
      const rows = page.all(type, limit, limit * index);
      return rows.map(({ id, payload }) => ({ id, type, payload: JSON.parse(payload) }));
    },
    close: () => db.close(),
  };
}

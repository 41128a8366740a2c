/**
 * Tables of the embedded store, as ordered steps: step n lifts the file from format n - 1 to n. A step that has been
 * released is never edited; a change of a table is a new step.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- Broker: the log, and what each consumer group has not acknowledged.
  CREATE TABLE broker_log (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL, origin TEXT);
  CREATE TABLE broker_groups (name TEXT PRIMARY KEY, cursor INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE broker_pending (
    "group" TEXT NOT NULL, position INTEGER NOT NULL, attempt INTEGER NOT NULL, due INTEGER NOT NULL,
    PRIMARY KEY ("group", position)) WITHOUT ROWID;
  CREATE TABLE broker_dead (
    "group" TEXT NOT NULL, position INTEGER NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL, died_at INTEGER NOT NULL,
    PRIMARY KEY ("group", position));

  -- Runs: seals, generations, flushes with the trace.
  CREATE TABLE run_seals (
    run TEXT NOT NULL, gen INTEGER NOT NULL, n INTEGER NOT NULL, engine_run TEXT NOT NULL, answer TEXT NOT NULL,
    PRIMARY KEY (run, gen, n)) WITHOUT ROWID;
  CREATE TABLE run_generations (
    run TEXT NOT NULL, engine_run TEXT NOT NULL, gen INTEGER NOT NULL, PRIMARY KEY (run, engine_run)) WITHOUT ROWID;
  CREATE TABLE run_flushes (
    run TEXT NOT NULL, gen INTEGER NOT NULL, flush INTEGER NOT NULL, engine_run TEXT NOT NULL, inputs_hash TEXT NOT NULL,
    workspace TEXT NOT NULL, is_first INTEGER NOT NULL, answer TEXT NOT NULL, record TEXT NOT NULL, parts TEXT,
    PRIMARY KEY (run, gen, flush));
  CREATE INDEX run_flushes_first ON run_flushes (workspace) WHERE is_first = 1;
  CREATE TABLE run_contexts (run TEXT PRIMARY KEY, contexts TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE trace_blobs (digest TEXT PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE run_waits (
    run TEXT NOT NULL, id TEXT NOT NULL, wait TEXT NOT NULL, delivered TEXT, PRIMARY KEY (run, id)) WITHOUT ROWID;

  CREATE TABLE contexts (
    workspace TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL, value TEXT NOT NULL,
    expires_at INTEGER, PRIMARY KEY (workspace, name, owner));
  CREATE INDEX contexts_expiry ON contexts (expires_at) WHERE expires_at IS NOT NULL;
  -- Highest version that a purged context had: a new one starts above it, so that no version stands for two values.
  CREATE TABLE contexts_floor (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL);
  INSERT INTO contexts_floor VALUES (1, 0);

  -- Searchable history. Its text index is filled behind the events, see event-history/.
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL, type TEXT NOT NULL,
    created_at TEXT NOT NULL, correlation TEXT NOT NULL, depth INTEGER, run TEXT, gen INTEGER, turn INTEGER,
    ordinal INTEGER, event TEXT NOT NULL);
  CREATE INDEX events_time ON events (workspace, created_at);
  CREATE INDEX events_correlation ON events (workspace, correlation);
  CREATE INDEX events_type ON events (workspace, type, created_at);
  CREATE VIRTUAL TABLE events_text USING fts5(event, content='', contentless_delete=1);
  CREATE TABLE events_text_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL);
  INSERT INTO events_text_cursor VALUES (1, 0);

  CREATE TABLE programs (digest TEXT PRIMARY KEY, program TEXT NOT NULL);
  CREATE TABLE sources (digest TEXT PRIMARY KEY, text TEXT NOT NULL, map TEXT NOT NULL);
  CREATE TABLE releases (digest TEXT PRIMARY KEY, release TEXT NOT NULL);
  CREATE TABLE releases_active (workspace TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE idempotency (
    key TEXT PRIMARY KEY, run TEXT NOT NULL, body_hash TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX idempotency_expiry ON idempotency (expires_at);
  `,
  `
  -- \`made_by\`: the call that made the topic, so that its repetition is told so again.
  CREATE TABLE user_topics (
    workspace TEXT NOT NULL, topic TEXT NOT NULL, made_by TEXT NOT NULL, PRIMARY KEY (workspace, topic)) WITHOUT ROWID;
  CREATE TABLE user_topic_members (
    workspace TEXT NOT NULL, user TEXT NOT NULL, topic TEXT NOT NULL, PRIMARY KEY (workspace, user, topic)) WITHOUT ROWID;
  `,
  `
  -- How full the contexts of a workspace are, without reading them.
  CREATE INDEX contexts_size ON contexts (workspace, expires_at, length(CAST(value AS BLOB)))
    WHERE name <> 'run' AND value <> '{}';
  `,
  `
  -- Who may read an event without a role that sees all, by keys, so that a reader's pages are found and not filtered.
  CREATE TABLE event_readers (
    workspace TEXT NOT NULL, reader TEXT NOT NULL, created_at TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (workspace, reader, created_at, position)) WITHOUT ROWID;
  INSERT INTO event_readers SELECT workspace, 'U:' || json_extract(event, '$.target.userId'), created_at, position FROM events
    WHERE json_valid(event) AND json_type(event, '$.target.userId') = 'text';
  INSERT INTO event_readers SELECT workspace, 'S:' || json_extract(event, '$.target.sessionId'), created_at, position FROM events
    WHERE json_valid(event) AND json_type(event, '$.target.sessionId') = 'text';
  INSERT INTO event_readers SELECT workspace, 'T:' || json_extract(event, '$.target.userTopic'), created_at, position FROM events
    WHERE json_valid(event) AND json_type(event, '$.target.userTopic') = 'text';
  INSERT INTO event_readers SELECT workspace, 'u:' || json_extract(event, '$.source.userId'), created_at, position FROM events
    WHERE json_valid(event) AND json_extract(event, '$.source.serviceTopic') = 'topic:runtime:emit' AND json_type(event, '$.target.userTopic') IS NULL AND json_type(event, '$.source.userId') = 'text';
  INSERT INTO event_readers SELECT workspace, 's:' || json_extract(event, '$.source.sessionId'), created_at, position FROM events
    WHERE json_valid(event) AND json_extract(event, '$.source.serviceTopic') = 'topic:runtime:emit' AND json_type(event, '$.target.userTopic') IS NULL AND json_type(event, '$.source.sessionId') = 'text';
  -- A chain's events in the order of their dates, too.
  DROP INDEX events_correlation;
  CREATE INDEX events_correlation ON events (workspace, correlation, created_at);
  -- The words of an event's values, no longer its JSON text: filled anew behind the events.
  DROP TABLE events_text;
  CREATE VIRTUAL TABLE events_text USING fts5(words, content='', contentless_delete=1);
  UPDATE events_text_cursor SET position = 0;
  `,
  `
  -- A sealed value is longer than what it stands for: the length that counts stands beside it.
  ALTER TABLE contexts ADD COLUMN plain_bytes INTEGER;
  DROP INDEX contexts_size;
  CREATE INDEX contexts_size ON contexts (workspace, expires_at, coalesce(plain_bytes, length(CAST(value AS BLOB))))
    WHERE name <> 'run' AND value <> '{}';
  `,
  `
  -- Looking back: \`heard\` is workspace and type of an event that may end a wait; \`cancelled\` = a wait has taken it.
  ALTER TABLE broker_log ADD COLUMN heard TEXT;
  ALTER TABLE broker_log ADD COLUMN cancelled INTEGER;
  CREATE INDEX broker_log_heard ON broker_log (heard, position) WHERE heard IS NOT NULL;
  -- Runs under way that have sent events: waits that they open later listen from the first one on.
  CREATE TABLE run_asked (
    run TEXT PRIMARY KEY, flush INTEGER NOT NULL, position INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
  -- What waits of such a run have got already.
  CREATE TABLE run_taken (
    run TEXT NOT NULL, event TEXT NOT NULL, flush INTEGER NOT NULL, PRIMARY KEY (run, event)) WITHOUT ROWID;
  -- Waits with \`cancelTriggers\` that nothing has come for yet, under each \`heard\` that they cancel.
  CREATE TABLE run_claims (
    run TEXT NOT NULL, wait TEXT NOT NULL, heard TEXT NOT NULL, PRIMARY KEY (run, wait, heard)) WITHOUT ROWID;
  CREATE INDEX run_claims_heard ON run_claims (heard);
  `,
  `
  -- How long traces are kept. \`at\`: when the flush was made; \`ended_at\`: and ended its run. Who refers to a
  -- blob of what was written before is not known: those stay.
  ALTER TABLE run_flushes ADD COLUMN at INTEGER;
  ALTER TABLE run_flushes ADD COLUMN ended_at INTEGER;
  CREATE INDEX run_flushes_ended ON run_flushes (ended_at) WHERE ended_at IS NOT NULL;
  UPDATE run_flushes SET ended_at = unixepoch() * 1000 WHERE instr(record, '"ended":{"kind":') > 0;
  CREATE TABLE trace_blob_refs (
    run TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (run, digest)) WITHOUT ROWID;
  CREATE INDEX trace_blob_refs_digest ON trace_blob_refs (digest);
  INSERT INTO trace_blob_refs (run, digest) SELECT '', digest FROM trace_blobs;
  `,
  `
  -- The last event of each workspace that retention has taken: who resumes from before it would miss it in silence.
  CREATE TABLE events_deleted (workspace TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Workspaces whose runs may hold secrets. Releases that were stored before are looked through at the next opening.
  CREATE TABLE secret_workspaces (workspace TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE releases_unsearched (digest TEXT PRIMARY KEY) WITHOUT ROWID;
  INSERT INTO releases_unsearched SELECT digest FROM releases;
  `,
  `
  -- What is known of workspaces besides their files: saves that are not all written yet, who saved what, releases, versions.
  CREATE TABLE workspace_saves (workspace TEXT PRIMARY KEY, save TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE workspace_lenient (workspace TEXT PRIMARY KEY, files TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE workspace_suspensions (workspace TEXT PRIMARY KEY, suspension TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE workspace_audit (
    workspace TEXT NOT NULL, path TEXT NOT NULL, created_at INTEGER, created_by TEXT, updated_at INTEGER, updated_by TEXT,
    PRIMARY KEY (workspace, path)) WITHOUT ROWID;
  CREATE TABLE workspace_releases (
    n INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, digest TEXT NOT NULL, release TEXT NOT NULL);
  CREATE INDEX workspace_releases_of ON workspace_releases (workspace, n);
  CREATE TABLE workspace_versions (
    n INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
    files TEXT NOT NULL, UNIQUE (workspace, name));
  CREATE TABLE workspace_synced (
    workspace TEXT NOT NULL, repository TEXT NOT NULL, commit_id TEXT NOT NULL, files TEXT NOT NULL,
    PRIMARY KEY (workspace, repository)) WITHOUT ROWID;
  `,
  `
  -- Whom workspaces are shared with (\`grant\`), their API keys (\`key\`), and their secrets, sealed.
  CREATE TABLE access (
    workspace TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (workspace, kind, id)) WITHOUT ROWID;
  CREATE TABLE workspace_secrets (
    workspace TEXT NOT NULL, name TEXT NOT NULL, secret TEXT NOT NULL, PRIMARY KEY (workspace, name)) WITHOUT ROWID;
  -- Each set that there was: releases name one.
  CREATE TABLE workspace_secret_sets (
    workspace TEXT NOT NULL, version INTEGER NOT NULL, secrets TEXT NOT NULL,
    PRIMARY KEY (workspace, version)) WITHOUT ROWID;
  `,
  `
  -- What flushes tell the list of runs, until it has taken it.
  CREATE TABLE run_notes (position INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, note TEXT NOT NULL);
  -- The list of runs. \`trigger\` is \`<type>:<value>\`; \`heard\` = position of the newest note in it.
  CREATE TABLE run_index (
    workspace TEXT NOT NULL, started_at INTEGER NOT NULL, id TEXT NOT NULL, status TEXT NOT NULL, automation TEXT NOT NULL,
    trigger_type TEXT NOT NULL, trigger TEXT NOT NULL, correlation TEXT NOT NULL, user TEXT, release TEXT NOT NULL,
    error TEXT, waiting_since INTEGER, closed_at INTEGER, duration INTEGER, heard INTEGER NOT NULL,
    heard_at INTEGER NOT NULL, engine_run TEXT NOT NULL, wait_count INTEGER NOT NULL,
    PRIMARY KEY (workspace, started_at, id)) WITHOUT ROWID;
  CREATE UNIQUE INDEX run_index_id ON run_index (id);
  CREATE INDEX run_index_status ON run_index (workspace, status, started_at);
  CREATE INDEX run_index_automation ON run_index (workspace, automation, started_at);
  CREATE INDEX run_index_trigger ON run_index (workspace, trigger, started_at);
  CREATE INDEX run_index_correlation ON run_index (workspace, correlation, started_at);
  CREATE INDEX run_index_user ON run_index (workspace, user, started_at) WHERE user IS NOT NULL;
  CREATE INDEX run_index_release ON run_index (workspace, release, started_at);
  CREATE INDEX run_index_error ON run_index (workspace, error, started_at) WHERE error IS NOT NULL;
  -- These two hold every filter: who sorts by them and filters by anything reads nothing but the index.
  CREATE INDEX run_index_waiting ON run_index (workspace, waiting_since, id, status, automation, trigger_type, trigger,
    correlation, user, release, error) WHERE waiting_since IS NOT NULL;
  CREATE INDEX run_index_duration ON run_index (workspace, duration, id, status, automation, trigger_type, trigger,
    correlation, user, release, error) WHERE duration IS NOT NULL;
  CREATE INDEX run_index_open ON run_index (id) WHERE closed_at IS NULL;
  CREATE INDEX run_index_closed ON run_index (closed_at) WHERE closed_at IS NOT NULL;
  CREATE TABLE run_index_waits (
    workspace TEXT NOT NULL, waits_for TEXT NOT NULL, started_at INTEGER NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (workspace, waits_for, started_at, id)) WITHOUT ROWID;
  CREATE INDEX run_index_waits_of ON run_index_waits (id);
  CREATE TABLE run_index_details (id TEXT PRIMARY KEY, detail TEXT NOT NULL) WITHOUT ROWID;
  `,
  `
  -- Workspaces published as apps, and the files of each version.
  CREATE TABLE apps (slug TEXT PRIMARY KEY, workspace TEXT NOT NULL UNIQUE, app TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE app_versions (
    n INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL,
    files TEXT NOT NULL, UNIQUE (slug, name));
  `,
  `
  -- What is known of uploaded files; their bytes are elsewhere.
  CREATE TABLE files (
    workspace TEXT NOT NULL, id TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, file TEXT NOT NULL,
    PRIMARY KEY (workspace, id)) WITHOUT ROWID;
  CREATE INDEX files_created ON files (workspace, created_at, id);
  CREATE INDEX files_expiring ON files (expires_at) WHERE expires_at IS NOT NULL;
  `,
  `
  -- What runs have set in a config, until it is saved in the workspace's files.
  CREATE TABLE config_writes (
    position INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, instance TEXT NOT NULL, patch TEXT NOT NULL);
  `,
  `
  -- Most workspaces have few runs of some kind of trigger, or none.
  CREATE INDEX run_index_trigger_type ON run_index (workspace, trigger_type, started_at);
  `,
];

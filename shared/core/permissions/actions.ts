/** What rules can be about. `roles` and `secrets` are judged by built-in rules; a document may name `secrets`. */
export const SUBJECTS = [
  'workspaces',
  'pages',
  'files',
  'apps',
  'events',
  'automations',
  'runs',
  'secrets',
  'roles',
] as const;
export type SubjectType = (typeof SUBJECTS)[number];

/** Subjects that a security document may name. */
export const RULE_SUBJECTS: readonly SubjectType[] = SUBJECTS.filter((subject) => subject !== 'roles');

/** `manage` covers all. */
export const ACTIONS = [
  'create',
  'read',
  'update',
  'delete',
  'manage',
  'manage_permissions',
  'manage_security',
  'manage_repositories',
  'read_app_dsul',
  'get_usage',
  'aggregate_search',
  'execute',
  'test',
  'inspect',
] as const;
export type Action = (typeof ACTIONS)[number];

import { fail } from '../../core/errors/errors';
import type { Connection } from './connection';

/**
 * Brings the file to the format of this build, step by step, each step with its number in one transaction.
 * @throws ConfigurationError when a newer build wrote the file
 */
export function migrate(connection: Connection, steps: readonly string[], path: string): void {
  const found = connection.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  if (found > steps.length)
    throw fail(
      'ConfigurationError',
      `The database ${path} has format ${found}; this build reads up to ${steps.length}. Start the newer build that wrote it.`,
      { path, found, supported: steps.length },
    );
  steps.forEach((step, index) => {
    if (index < found) return;
    connection.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version=${index + 1}; COMMIT`);
  });
}

import { SEARCH_ATTRIBUTES } from '../../shared/contracts/engine';

export interface LaunchFlags {
  readonly port: number;
  readonly uiPort: number;
  readonly databaseFile: string;
  readonly namespace: string;
  readonly logLevel: string;
}

/**
 * Dynamic settings of the server, `key=JSON`. None of those tried moved the throughput beyond the noise (partitions,
 * request and persistence limits; nor did SQLite's cache, mmap and checkpoint size, nor GOGC above 400). These stay
 * because they lift limits that a full embedded server would run into.
 */
const DYNAMIC_CONFIG = [
  // One process serves every queue: more partitions only mean more polls that find nothing.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // Pollers and callers that wait for a result count here. Beyond the default the server refuses, and the client hides it
  // behind retries: 3,000 waiting callers went through with this setting, and were retried without it.
  'frontend.namespaceCount=20000',
  // Lists in the UI, our own reconcilers and tests together; the default is meant for shared clusters.
  'frontend.namespaceRPS.visibility=1000',
];

/** The command line of `temporal server start-dev`. */
export function launchFlags({ port, uiPort, databaseFile, namespace, logLevel }: LaunchFlags): string[] {
  return [
    ...['server', 'start-dev', '--namespace', namespace],
    ...['--ip', '127.0.0.1', '--port', String(port), '--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)],
    ...['--db-filename', databaseFile, '--log-level', logLevel, '--log-format', 'json'],
    // WAL: one sync a commit instead of several. FULL: that one sync happens, so what was answered survives a power cut.
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...DYNAMIC_CONFIG.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}

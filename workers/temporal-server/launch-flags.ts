import { RUN_SEARCH_ATTRIBUTES } from './search-attributes';

export interface LaunchFlags {
  readonly port: number;
  readonly uiPort: number;
  readonly databaseFile: string;
  readonly namespace: string;
  readonly logLevel: string;
}

/**
 * Dynamic settings of the server, `key=JSON`. Throughput did not move with any knob that was tried (partitions, request
 * limits, SQLite cache and mmap, checkpoint size, GOGC above 400: all within the noise of +-8 %); these lift limits that
 * a full embedded server would run into.
 */
const DYNAMIC_CONFIG = [
  // One process serves every queue: more partitions only mean more polls that find nothing.
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  // Callers that wait for a parked run and pollers count here; the default of 1,200 is below 2,000 parked runs.
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
    ...RUN_SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...DYNAMIC_CONFIG.flatMap((setting) => ['--dynamic-config-value', setting]),
  ];
}

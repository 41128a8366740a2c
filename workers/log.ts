import pino from 'pino';
import { hideInside, knownSecrets } from '../shared/core/secrets/redact';
import { disguisesOf } from '../shared/drivers/encryption/disguises';
import type { Log } from '../shared/ports/log';

/** The log, without the secrets: JSON lines with `timestamp`, `level`, `app` and `message`; readable lines when somebody looks at a terminal. */
export function createLog(
  level: string,
  terminal: boolean,
  secrets: () => readonly string[] = () => [],
  app = 'ostinato',
): Log & { setLevel(level: string): void } {
  // Written in the background: a line must not cost a request a system call. What is left goes out at exit.
  const stdout = pino.destination({ fd: 1, sync: false });
  process.once('exit', () => stdout.flushSync());
  const logger = pino(
    {
      level,
      base: { app },
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // Lines are JSON: a secret stands there as JSON writes it.
      hooks: { streamWrite: hideFrom(secrets) },
      serializers: { err: pino.stdSerializers.err },
    },
    terminal ? readable : stdout,
  );
  return Object.assign(wrap(logger), { setLevel: (next: string) => void (logger.level = next) });
}

function hideFrom(secrets: () => readonly string[]): (line: string) => string {
  let seen: readonly string[] | undefined;
  let known: readonly string[] = [];
  return (line) => {
    const now = secrets();
    if (now !== seen) [seen, known] = [now, knownSecrets(now.flatMap(disguisesOf).map(asInJson))];
    return hideInside(line, known);
  };
}

const asInJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const wrap = (logger: pino.Logger): Log => ({
  trace: (fields, message) => logger.trace(fields, message),
  debug: (fields, message) => logger.debug(fields, message),
  info: (fields, message) => logger.info(fields, message),
  warn: (fields, message) => logger.warn(fields, message),
  error: (fields, message) => logger.error(fields, message),
  child: (fields) => wrap(logger.child(fields)),
});

/** One line a record: time, level, message, then the fields; stacks below. */
const readable = {
  write(line: string): void {
    const { timestamp, level, message, err, app: _always, ...fields } = JSON.parse(line) as { [name: string]: unknown };
    const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
    const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
    process.stdout.write(
      `${String(timestamp).slice(11, 23)} ${String(level).padEnd(5)} ${String(message)}${rest}${stack}\n`,
    );
  },
};

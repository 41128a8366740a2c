/**
 * The cron texts of the language -> those of the engine (Temporal).
 *
 * E1  A schedule fires no more often than the throttle, another cron text: the next run is the later of the cron's next
 *     and the throttle's (:00, :15, :30, :45). The engine cannot do that, so the sequence is worked out here for one day.
 * E2  When every day is due, the sequence goes on over midnight. When days are restricted each day starts afresh, and a
 *     run that E1 would move past midnight is left out: the next day may be no day of the schedule.
 * E3  Day of month and day of week: either may match (standard cron); the engine wants both, so there are two texts.
 * E4  Seconds: the engine takes six fields as a year at the end, so seconds come with a year, seven fields.
 */
import { parseCron, type Cron } from './cron';

const DAY_S = 86_400;
/** At most once a quarter of an hour. */
export const DEFAULT_THROTTLE = '*/15 * * * *';

/** Why the text cannot throttle schedules, or null when it can: it must be due each day. */
export function throttleProblem(text: string): string | null {
  const cron = parseCron(text);
  if (typeof cron === 'string') return cron;
  return isEveryDay(cron) ? null : 'it must leave days and months open';
}

const isEveryDay = ({ days, weekdays, months }: Cron): boolean =>
  days.length === 31 && weekdays.length === 7 && months.length === 12;

/**
 * @param cron a text that `cronProblem` has nothing against
 * @param throttle one that `throttleProblem` has nothing against
 * @returns [] for any other
 */
export function toEngineCron(cron: string, throttle: string = DEFAULT_THROTTLE): string[] {
  const parsed = parseCron(cron);
  const least = parseCron(throttle);
  if (typeof parsed === 'string' || typeof least === 'string') return [];
  const anyDay = parsed.days.length === 31;
  const anyWeekday = parsed.weekdays.length === 7;
  const times = groupTimes(runsOfDay(parsed, least));
  const months = range(parsed.months, 12);
  const days = range(parsed.days, 31);
  const weekdays = range(parsed.weekdays, 7);
  const dates =
    anyDay || anyWeekday ? [`${days} ${months} ${weekdays}`] : [`${days} ${months} *`, `* ${months} ${weekdays}`];
  return times.flatMap(({ second, minutes, hours }) => {
    const time = `${range(minutes, 60)} ${range(hours, 24)}`;
    return dates.map((date) => (second === 0 ? `${time} ${date}` : `${second} ${time} ${date} *`));
  });
}

/** Seconds of the day at which it runs, in order (E1, E2). */
function runsOfDay(cron: Cron, throttle: Cron): number[] {
  const everyDay = isEveryDay(cron);
  const runs: number[] = [];
  // Three days: the sequence has settled by the last one.
  const days = everyDay ? 3 : 1;
  for (let at = nextDue(cron, -1, everyDay); at < days * DAY_S;) {
    runs.push(at);
    at = Math.max(nextDue(cron, at, everyDay), nextDue(throttle, at, true));
  }
  return runs.filter((at) => at >= (days - 1) * DAY_S).map((at) => at % DAY_S);
}

/** First due second after `at`; Infinity when the day has none left and the next day does not count. */
function nextDue({ seconds, minutes, hours }: Cron, at: number, everyDay: boolean): number {
  const after = at + 1;
  const day = Math.floor(after / DAY_S);
  for (const hour of hours)
    for (const minute of minutes) {
      const start = day * DAY_S + hour * 3600 + minute * 60;
      if (start + 59 < after) continue;
      for (const second of seconds) if (start + second >= after) return start + second;
    }
  return everyDay ? nextDue({ seconds, minutes, hours } as Cron, (day + 1) * DAY_S - 1, true) : Infinity;
}

interface Times {
  readonly second: number;
  readonly minutes: readonly number[];
  readonly hours: number[];
}

/** Hours that have the same minutes share a text. */
function groupTimes(runs: readonly number[]): Times[] {
  const byHour = new Map<string, { second: number; hour: number; minutes: number[] }>();
  for (const at of runs) {
    const [second, hour] = [at % 60, Math.floor(at / 3600)];
    const key = `${second} ${hour}`;
    const held = byHour.get(key) ?? { second, hour, minutes: [] };
    held.minutes.push(Math.floor((at % 3600) / 60));
    byHour.set(key, held);
  }
  const groups = new Map<string, Times>();
  for (const { second, hour, minutes } of byHour.values()) {
    const key = `${second} ${minutes.join()}`;
    const group = groups.get(key) ?? { second, minutes, hours: [] };
    group.hours.push(hour);
    groups.set(key, group);
  }
  return [...groups.values()];
}

const range = (values: readonly number[], all: number): string => (values.length === all ? '*' : values.join(','));

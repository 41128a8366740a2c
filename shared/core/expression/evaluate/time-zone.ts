import { boundedCache } from './bounded-cache';

/** Null for a zone that does not exist. Making a formatter is the expensive part. */
const clocks = boundedCache<Intl.DateTimeFormat | null>(50, (zone) => {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
});

/** How far the zone's clocks are ahead of UTC at that instant, in milliseconds; undefined for an unknown zone. */
export function offsetMs(ms: number, zone: string): number | undefined {
  const clock = clocks(zone);
  if (clock === null) return undefined;
  const shown: { [part: string]: string } = {};
  for (const { type, value } of clock.formatToParts(ms)) shown[type] = value;
  const year = shown['era'] === 'BC' ? 1 - Number(shown['year']) : Number(shown['year']);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(shown['month']) - 1, Number(shown['day']));
  wall.setUTCHours(Number(shown['hour']), Number(shown['minute']), Number(shown['second']));
  return wall.getTime() - Math.floor(ms / 1000) * 1000;
}

const shortNames = boundedCache(
  50,
  (zone) => new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' }),
);
const longNames = boundedCache(
  50,
  (zone) => new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'long' }),
);

/** `CET`, `Central European Standard Time`: English, as Day.js gives it. */
export function zoneName(ms: number, zone: string, form: 'short' | 'long'): string {
  const parts = (form === 'short' ? shortNames : longNames)(zone).formatToParts(ms);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

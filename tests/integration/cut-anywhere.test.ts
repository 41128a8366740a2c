/** More programs, or the same again: `npm run cut-anywhere -- PROGRAMS SEED`. */
import { cutEverywhere, play } from '../unit/machine/cut-anywhere';

const CUTS = Number(process.env['CUTS'] ?? 2000);
const SEED = Number(process.env['CUTS_SEED'] ?? Date.now() % 1_000_000_007);

describe(`cut anywhere (seed ${SEED}, ${CUTS} programs)`, () => {
  it(
    'a run that is stopped after every step and sent through JSON is the same as one that is not',
    () => {
      const different: number[] = [];
      let turns = 0;
      let steps = 0;
      for (let i = 0; i < CUTS; i++) {
        const uncut = play(SEED + i);
        const cut = play(SEED + i, cutEverywhere());
        turns += uncut.turns.length;
        steps += uncut.steps;
        if (JSON.stringify(uncut) !== JSON.stringify(cut)) different.push(SEED + i);
      }
      console.info(`seed ${SEED}: ${CUTS} programs, ${turns} turns, ${steps} steps, ${different.length} differences`);
      expect(different.slice(0, 5)).toEqual([]);
      // Programs that do nothing would prove nothing.
      expect(turns / CUTS).toBeGreaterThan(2);
      expect(steps / CUTS).toBeGreaterThan(8);
    },
    Math.max(60_000, CUTS * 30),
  );
});

import type { AnswerPart } from '../../core/run/types';
import type { AnswerChannel } from '../../ports/run-engine';

export function answerChannelContract(driver: string, open: () => AnswerChannel): void {
  describe(`AnswerChannel: ${driver}`, () => {
    const head: AnswerPart = { head: { status: 200 } };
    const end: AnswerPart = { end: { status: 200, output: 'x' } };

    it('gives the parts of a run to those who listen for it, in order', () => {
      const channel = open();
      const seen: AnswerPart[][] = [[], [], []];
      channel.subscribe('a', (part) => seen[0]?.push(part));
      const stop = channel.subscribe('a', (part) => seen[1]?.push(part));
      channel.subscribe('b', (part) => seen[2]?.push(part));
      channel.publish('a', [head]);
      stop();
      channel.publish('a', [end]);
      expect(seen).toEqual([[head, end], [head], []]);
    });

    it('lets a receiver leave while it is told', () => {
      const channel = open();
      let times = 0;
      const stop = channel.subscribe('a', () => {
        times++;
        stop();
      });
      channel.publish('a', [head, end]);
      expect(times).toBe(1);
    });

    it('tells how far a run is', () => {
      const channel = open();
      const seen: string[] = [];
      const stop = channel.onProgress('a', (kind) => seen.push(kind));
      channel.progress('a', 'answered');
      channel.progress('b', 'parked');
      channel.progress('a', 'ended');
      stop();
      channel.progress('a', 'ended');
      expect(seen).toEqual(['answered', 'ended']);
    });

    it('does not let one receiver that throws keep the others from theirs', () => {
      const channel = open();
      const seen: AnswerPart[] = [];
      channel.subscribe('a', () => {
        throw new Error('broken receiver');
      });
      channel.subscribe('a', (part) => seen.push(part));
      channel.publish('a', [end]);
      expect(seen).toEqual([end]);
    });
  });
}

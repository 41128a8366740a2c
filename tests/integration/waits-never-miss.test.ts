/** A `wait` after an `emit` catches the answer, whenever it comes: before the wait is there, with it, or after it. */
import { startProduct, type Product } from '../support/product';
import { servedFolder } from '../support/served-folder';

jest.setTimeout(900_000);

/** `npm run waits-never-miss` asks 500 times. */
const TIMES = Number(process.env['WAITS'] ?? 20);
/** Questions of one call: its caller waits for all of them. */
const IN_ONE_CALL = Math.min(50, TIMES);
const BESIDE = 20;
/** Between the questions of each of those, in seconds. */
const PAUSE_BESIDE = TIMES > 50 ? 12 : 4;

/** Asks again and again, with something else between question and wait in two of three rounds. */
const asks = `
when: { endpoint: true }
do:
  - set: { name: missed, value: [] }
  - repeat:
      until: '{{body.times}}'
      do:
        - emit: { event: question, payload: { n: '{{item}}' }, output: asked }
        - conditions:
            '{{item}} % 3 == 1':
              - sleep: '{{body.pause}}'
            '{{item}} % 3 == 2':
              - pause: { seconds: '{{body.pause}}' }
            default: []
        - wait:
            oneOf: [{ event: runtime.automations.executed, filters: { payload.trigger.id: '{{asked.id}}' } }]
            timeout: 15
            output: answer
        - conditions:
            '{{answer.payload.output.n}} != {{item}}':
              - set: { name: 'missed[]', value: '{{item}}' }
            default: []
output: { missed: '{{missed}}' }
`;
const pause = `
do: [sleep: '{{seconds}}']
`;
const answers = `
when: { events: [question] }
do: []
output: { n: '{{payload.n}}' }
`;
const folder = servedFolder({
  waits: {
    asks: `name: Asks${asks}`,
    pause: `name: Pause${pause}`,
    answers: `name: Answers${answers}`,
  },
});
let product: Product;
beforeAll(async () => {
  product = await startProduct(folder.path, { OSTINATO_ANSWER_TIMEOUT: '800' });
}, 120_000);
afterAll(async () => {
  await product?.stop();
  folder.remove();
}, 120_000);

it(`${TIMES} times in a row, beside ${BESIDE} calls in flight`, async () => {
  const client = product.workspace('waits');
  let over = false;
  const ask = async (times: number, pause: number): Promise<void> =>
    expect(await client.call('asks', { body: { times, pause } })).toMatchObject({ status: 200, body: { missed: [] } });
  const beside = Array.from({ length: BESIDE }, async () => {
    while (!over) await ask(3, PAUSE_BESIDE);
  });
  for (let asked = 0; asked < TIMES; asked += IN_ONE_CALL) await ask(IN_ONE_CALL, 0.02);
  over = true;
  await Promise.all(beside);
});

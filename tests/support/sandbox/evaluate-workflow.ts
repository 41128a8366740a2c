/** A workflow for tests: evaluates compiled expressions where runs do, inside the engine's sandbox. */
import { outcomesOf, type Compiled } from './outcomes-of';

export const evaluateAll = (expressions: readonly Compiled[]): Promise<readonly string[]> =>
  Promise.resolve(outcomesOf(expressions));

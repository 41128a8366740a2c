/** Something a person has to mend before we can go on. Printed without a stack: the text is the message. */
export class SetupProblem extends Error {
  /** @param {string} message @param {{ tried?: string, mend: string }} more */
  constructor(message, { tried, mend }) {
    super(message);
    this.tried = tried;
    this.mend = mend;
  }
}

/** Prints what stopped us and sets the exit code. A StartupError of the product explains itself. */
export function report(error) {
  process.exitCode = 1;
  if (typeof error?.describe === 'function') return console.error(`\n${error.describe()}`);
  if (!(error instanceof SetupProblem)) return console.error(error);
  console.error(`\n${error.message}`);
  if (error.tried) console.error(`Tried: ${error.tried}`);
  console.error(`To mend: ${error.mend}`);
}

/** A webpack loader for tests: the shell with a bug of ours behind the flush of the turn `options.turn`. The task then fails after everything was stored. */
module.exports = function plantBug(source) {
  const { turn } = this.getOptions();
  const changed = source.replace(
    /(\n\s*)state = next\.state;/,
    `$1if (composed[0].n === ${Number(turn)}) throw new Error('planted bug');$1state = next.state;`,
  );
  if (changed === source) throw new Error('The shell looks different now: adapt tests/support/plant-bug-loader.cjs');
  return changed;
};

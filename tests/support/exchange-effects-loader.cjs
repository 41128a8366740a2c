/** A webpack loader for one test: the shell with its first two effects exchanged, as a careless refactoring would. */
module.exports = function exchangeEffects(source) {
  const changed = source.replace(
    /const composed = first/,
    '/* effects exchanged */ if (first) timers.start("early", Date.now() + 60000);\n        const composed = first',
  );
  if (changed === source)
    throw new Error('The shell looks different now: adapt tests/support/exchange-effects-loader.cjs');
  return changed;
};

/**
 * The SDK takes a stack trace of every promise in the sandbox, for a query that shows where a workflow stands. That costs
 * a tenth of a run's CPU, and says less than the run's current details do. Three frames still tell where a bug of ours
 * was thrown. Has an effect only when it is evaluated before the SDK freezes the sandbox's globals, so it is preloaded.
 */
(Error as { stackTraceLimit?: number }).stackTraceLimit = 3;

export {};

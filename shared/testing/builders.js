"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.aPatch = exports.aWait = exports.aSeal = exports.aStart = exports.anOutEvent = exports.freshId = void 0;
exports.anEvent = anEvent;
exports.aFlush = aFlush;
/** Values for tests of stores: each says only what the test is about. */
const event_1 = require("../core/events/event");
let minted = 0;
const freshId = (prefix) => `${prefix}-${process.pid}-${++minted}`;
exports.freshId = freshId;
function anEvent(over = {}) {
    const { source, ...rest } = over;
    return {
        id: (0, exports.freshId)('event'),
        type: 'apps.test',
        createdAt: '2026-03-01T12:00:00.000Z',
        size: 100,
        payload: { hello: 'world' },
        source: { correlationId: 'corr', workspaceId: 'acme', serviceTopic: event_1.EMIT_TOPIC, ...source },
        ...rest,
    };
}
const anOutEvent = (over = {}) => ({
    ...anEvent(over),
    origin: { run: 'acme/hello/1', gen: 0, turn: 0, ordinal: 0 },
});
exports.anOutEvent = anOutEvent;
const ENV = { ir: 1, machine: '1', tz: '2026a', icu: '77', regex: 're2', locale: 'en', timeZone: 'UTC' };
const aStart = (over = {}) => ({
    v: 1,
    workspaceId: 'acme',
    automation: 'hello',
    release: 'r:1',
    trigger: { type: 'endpoint', value: 'hello' },
    args: { body: { name: 'Doe' } },
    identity: {},
    correlationId: 'corr',
    seed: 1,
    depth: 0,
    contexts: {},
    env: ENV,
    limits: { maximumSuccessiveCalls: 20, waitDefaultTimeoutMs: 20_000, eventMaxLength: 100_000, stepsPerTurn: 10_000 },
    ...over,
});
exports.aStart = aStart;
/** The first flush of a run, of engine run `engine-1`. */
function aFlush(over = {}) {
    const { run = 'acme/hello/1', gen = 0, flush = 0 } = over;
    return {
        run,
        engineRunId: 'engine-1',
        gen,
        flushId: `${run}#${gen}#${flush}`,
        flush,
        inputsHash: 'h:1',
        turns: [{ n: flush, now: 1_000, items: flush === 0 ? [{ start: (0, exports.aStart)() }] : [{ timer: 'w:1' }] }],
        waits: [],
        events: [],
        patches: [],
        calls: [],
        steps: 1,
        hits: {},
        skeleton: 's:1',
        workspaceId: 'acme',
        ...(flush === 0 && {
            first: { program: 'p:1', release: 'r:1', env: ENV, automation: 'hello', correlationId: 'corr' },
        }),
        ...over,
    };
}
const aSeal = (over = {}) => ({
    run: 'acme/hello/1',
    engineRunId: 'engine-1',
    gen: 0,
    n: 1,
    now: 2_000,
    items: ['t:w:1'],
    workspaceId: 'acme',
    contexts: {},
    ...over,
});
exports.aSeal = aSeal;
const aWait = (over = {}) => ({
    id: 'w:1',
    workspaceId: 'acme',
    until: 100_000,
    oneOf: [{ event: 'order.paid', filters: { 'payload.id': 7 } }],
    ...over,
});
exports.aWait = aWait;
const aPatch = (over = {}) => ({
    context: 'global',
    owner: 'global',
    op: 'replace',
    path: ['a'],
    value: 1,
    ...over,
});
exports.aPatch = aPatch;
//# sourceMappingURL=builders.js.map
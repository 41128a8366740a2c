/** Values for tests of stores: each says only what the test is about. */
import { type Event, type EventSource } from '../core/events/event';
import type { FlushRequest, SealRequest } from '../core/run/flush';
import type { OpenWait, OutEvent, Patch, StartInput } from '../core/run/types';
export declare const freshId: (prefix: string) => string;
export declare function anEvent(over?: Partial<Omit<Event, 'source'>> & {
    readonly source?: Partial<EventSource>;
}): Event;
export declare const anOutEvent: (over?: Parameters<typeof anEvent>[0]) => OutEvent;
export declare const aStart: (over?: Partial<StartInput>) => StartInput;
/** The first flush of a run, of engine run `engine-1`. */
export declare function aFlush(over?: Partial<FlushRequest>): FlushRequest;
export declare const aSeal: (over?: Partial<SealRequest>) => SealRequest;
export declare const aWait: (over?: Partial<OpenWait>) => OpenWait;
export declare const aPatch: (over?: Partial<Patch>) => Patch;

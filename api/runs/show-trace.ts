import { withoutTraceValues } from '../../shared/core/trace/without-values';
import type { TraceStore } from '../../shared/ports/flush-store';
import type { HttpRequest, Reply } from '../http/contract';
import { findRun, maySeeValues, type FindRunDependencies } from './find-run';

/** One line for each flush. Secrets are masked for everybody, values for those who may not inspect. */
export const createShowTrace = (
  dependencies: FindRunDependencies & { readonly traces: Pick<TraceStore, 'readShown'> },
) =>
  async function getRunTrace(request: HttpRequest): Promise<Reply> {
    const { run } = await findRun(dependencies, request, 'read');
    const values = await maySeeValues(dependencies, request);
    const records = await dependencies.traces.readShown(run);
    const lines = records.map((record) => JSON.stringify(values ? record : withoutTraceValues(record)));
    return {
      text: { type: 'application/x-ndjson; charset=utf-8', content: lines.map((line) => `${line}\n`).join('') },
    };
  };

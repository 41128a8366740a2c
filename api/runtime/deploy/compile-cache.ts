import type { CompileResult } from '../../../shared/core/automation/compile-automation';
import type { CompileCache } from '../../../shared/core/workspaces/compile-workspace';

/** Keeps what was compiled last, so that one edit among many files costs one compilation. */
export function createCompileCache(capacity = 5000): CompileCache {
  const results = new Map<string, CompileResult>();
  return {
    get(key) {
      const result = results.get(key);
      if (!result) return undefined;
      // A map keeps the order of insertion: what is used goes to the end, and the start is dropped.
      results.delete(key);
      results.set(key, result);
      return result;
    },
    set(key, result) {
      results.set(key, result);
      if (results.size <= capacity) return;
      for (const oldest of results.keys()) {
        results.delete(oldest);
        return;
      }
    },
  };
}

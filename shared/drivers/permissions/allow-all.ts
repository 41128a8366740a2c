import type { Permissions } from '../../ports/access';

/** Everything is allowed. The question is asked all the same, by every use case. */
export const allowAll = (): Permissions => ({ can: async () => true });

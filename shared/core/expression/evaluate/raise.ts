import { fail, type PlatformError } from '../../errors/errors';
import type { Raise } from '../template';

/** The error that the compiler left at this place. */
export const raised = ({ error }: Raise): PlatformError => fail(error.code, error.message, error.details);

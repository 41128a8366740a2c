import { fail } from '../../shared/core/errors/errors';
import type { Json } from '../../shared/core/json';
import type { Photos } from '../../shared/ports/photos';

/** @throws InvalidFile when there is a photo, and what is there cannot be one */
export async function assertPhoto(photos: Photos, photo: Json | undefined): Promise<void> {
  if (typeof photo !== 'string' || photo === '') return;
  const problem = await photos.problemOf(photo);
  if (problem !== null) throw fail('InvalidFile', `This cannot be a photo: ${problem}`, { field: 'photo' });
}

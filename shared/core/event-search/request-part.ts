import { fail, type PlatformError } from '../errors/errors';
import { isObject, type Json, type JsonObject } from '../json';
import { scalarText } from './query';

/** A piece of the request with its place in it: every complaint names the place. */
export class RequestPart {
  constructor(
    readonly value: Json | undefined,
    readonly path: string,
  ) {}

  error(reason: string): PlatformError {
    return fail('SearchError', `${this.path}: ${reason}`, { path: this.path });
  }

  at(key: string): RequestPart {
    const value = isObject(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new RequestPart(value, `${this.path}.${key}`);
  }

  get isAbsent(): boolean {
    return this.value === undefined;
  }

  object(): JsonObject {
    if (!isObject(this.value)) throw this.error('an object is wanted');
    return this.value;
  }

  /** Entries of an object. */
  entries(): readonly (readonly [string, RequestPart])[] {
    return Object.keys(this.object()).map((key) => [key, this.at(key)]);
  }

  /** The one entry of an object, such as the name of a query and its body. */
  only(what: string): readonly [string, RequestPart] {
    const [first, ...more] = this.entries();
    if (!first || more.length > 0) throw this.error(`exactly one ${what} is wanted`);
    return first;
  }

  /** @throws SearchError for a key that is not among these */
  allow(...keys: readonly string[]): void {
    for (const key of Object.keys(this.object()))
      if (!keys.includes(key)) throw this.at(key).error(`is not supported; there are ${keys.join(', ')}`);
  }

  /** Items of a list, or the one thing that stands in its place. */
  items(): readonly RequestPart[] {
    if (this.isAbsent) return [];
    if (!Array.isArray(this.value)) return [this];
    return (this.value as readonly Json[]).map((item, index) => new RequestPart(item, `${this.path}[${index}]`));
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.error('a text is wanted');
    return this.value;
  }

  /** A text, number or truth value, as text. */
  scalar(): string {
    const text = this.value === undefined ? undefined : scalarText(this.value);
    if (text === undefined) throw this.error('a text, a number, true or false is wanted');
    return text;
  }

  integer(least: number, most: number, standard?: number): number {
    if (this.isAbsent && standard !== undefined) return standard;
    if (!Number.isInteger(this.value) || Number(this.value) < least || Number(this.value) > most)
      throw this.error(`a whole number from ${least} to ${most} is wanted`);
    return Number(this.value);
  }

  oneOf<T extends string>(allowed: readonly T[], standard?: T): T {
    if (this.isAbsent && standard !== undefined) return standard;
    const found = allowed.find(
      (one) => one === (typeof this.value === 'string' ? this.value.toLowerCase() : this.value),
    );
    if (found === undefined) throw this.error(`one of ${allowed.join(', ')} is wanted`);
    return found;
  }
}

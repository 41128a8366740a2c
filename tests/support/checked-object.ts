import { isObject, type Json, type JsonObject } from '../../shared/core/json';

/** A mistake in an `expect.yml`: says where in the document, and what may stand there. */
export class ExpectFileError extends Error {
  override readonly name = 'ExpectFileError';
}

/** Reads fields of one object of the document; `done` refuses what nobody asked for. */
export class CheckedObject {
  private readonly seen = new Set<string>();

  constructor(
    private readonly value: JsonObject,
    private readonly place: string,
  ) {}

  static of(value: Json | undefined, place: string): CheckedObject {
    if (!isObject(value)) throw new ExpectFileError(`${place}: expected an object, found ${kindOf(value)}`);
    return new CheckedObject(value, place);
  }

  has(name: string): boolean {
    return name in this.value;
  }

  any(name: string): Json | undefined {
    this.seen.add(name);
    return this.value[name];
  }

  text(name: string, standard?: string): string {
    const found = this.any(name) ?? standard;
    return typeof found === 'string' && found !== '' ? found : this.refuse(name, 'a text', found);
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  number(name: string, standard?: number): number {
    const found = this.any(name) ?? standard;
    return typeof found === 'number' && found >= 0 ? found : this.refuse(name, 'a number, 0 or more', found);
  }

  object(name: string): JsonObject {
    const found = this.any(name) ?? {};
    return isObject(found) ? found : this.refuse(name, 'an object', found);
  }

  texts(name: string): { readonly [key: string]: string } {
    const found = this.object(name);
    const wrong = Object.entries(found).find(([, value]) => typeof value !== 'string');
    if (wrong) return this.refuse(`${name}.${wrong[0]}`, 'a text (put it in quotes)', wrong[1]);
    return found as { readonly [key: string]: string };
  }

  /** Texts, or lists of texts, by name. */
  textsOrLists(name: string): { readonly [key: string]: string | readonly string[] } {
    const found = this.object(name);
    for (const [key, value] of Object.entries(found)) {
      const wrong = [value].flat().find((one) => typeof one !== 'string');
      if (wrong !== undefined) return this.refuse(`${name}.${key}`, 'a text (put it in quotes)', wrong);
    }
    return found as { readonly [key: string]: string | readonly string[] };
  }

  textList(name: string): readonly string[] {
    const found = this.any(name) ?? [];
    const isRight = Array.isArray(found) && found.every((one) => typeof one === 'string');
    return isRight ? (found as readonly string[]) : this.refuse(name, 'a list of texts', found);
  }

  items(name: string): readonly Json[] {
    const found = this.any(name) ?? [];
    return Array.isArray(found) ? (found as readonly Json[]) : this.refuse(name, 'a list', found);
  }

  list(name: string): readonly CheckedObject[] {
    return this.items(name).map((item, i) => CheckedObject.of(item, `${this.place}.${name}[${i}]`));
  }

  child(name: string): CheckedObject {
    return CheckedObject.of(this.any(name) ?? {}, `${this.place}.${name}`);
  }

  fail(message: string): never {
    throw new ExpectFileError(`${this.place}: ${message}`);
  }

  done<T>(read: T): T {
    const unknown = Object.keys(this.value).filter((name) => !this.seen.has(name));
    if (unknown.length > 0)
      this.fail(`unknown field ${unknown.join(', ')}; known here: ${[...this.seen].sort().join(', ')}`);
    return read;
  }

  private refuse(name: string, wanted: string, found: unknown): never {
    throw new ExpectFileError(`${this.place}.${name}: expected ${wanted}, found ${kindOf(found)}`);
  }
}

const kindOf = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

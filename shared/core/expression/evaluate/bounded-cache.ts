/** Remembers what `make` made for the last keys. When full, it starts again: what is used comes back by itself. */
export function boundedCache<T>(size: number, make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      if (made.size >= size) made.clear();
      made.set(key, value);
    }
    return value;
  };
}

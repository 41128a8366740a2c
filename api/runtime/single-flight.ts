/** Work under a key that is under way is shared: who comes while it runs gets its result. */
export function singleFlight<Key>(): (key: Key, work: () => Promise<void>) => Promise<void> {
  const flights = new Map<Key, Promise<void>>();
  return (key, work) => {
    const flying = flights.get(key) ?? work().finally(() => flights.delete(key));
    flights.set(key, flying);
    return flying;
  };
}

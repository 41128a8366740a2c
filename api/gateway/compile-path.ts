/** Parameters of a path, as they stand in it. Null = no match. */
export type PathMatcher = (path: string) => { readonly [name: string]: string } | null;

/**
 * A path of the configuration: `:name` is one segment, `*` anything; an ending slash is not minded.
 * Paths are compared as they come, not decoded: that is what the services behind compare, too.
 */
export function compilePath(pattern: string): PathMatcher {
  if (pattern === '*') return () => ({});
  const names: string[] = [];
  const source = pattern.replace(/:(\w+)|\*|[\\^$.|?+()[\]{}]/g, (part, name: string | undefined) => {
    if (name !== undefined) {
      names.push(name);
      return '([^/]+)';
    }
    return part === '*' ? '.*' : `\\${part}`;
  });
  const regexp = new RegExp(`^${source}/?$`);
  return (path) => {
    const found = regexp.exec(path);
    return found && Object.fromEntries(names.map((name, n) => [name, found[n + 1] ?? '']));
  };
}

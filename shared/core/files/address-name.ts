const MOST = 100;

/** A file's name as it stands in its address: `Été (1).png` -> `Ete-1-.png`. */
export function addressName(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '');
  const safe = plain.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return safe.slice(-MOST) || 'file';
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of a figure over some measurements. @param {readonly object[]} all @param {(one: any) => number} figure */
export const medianOf = (all, figure) => median(all.map(figure));

/** Median of the ratios within each pair: what disturbs a pair disturbs both of its halves. */
export const pairedRatio = (product, baseline, figure) =>
  median(product.map((one, index) => figure(one) / figure(baseline[index])));

export const round = (value, digits = 2) => Number(value.toFixed(digits));

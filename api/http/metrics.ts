import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Adds one value to a histogram, under the labels that it was made for. */
export type Observe = (value: number) => void;

/** Numbers for operators, as Prometheus text. One registry an app: two apps in one process do not mix. */
export interface Metrics {
  observeRequest(labels: { status_code: number; path: string; method: string }, seconds: number): void;
  /** A number that is asked for when somebody looks. With labels: several at once. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  labelledGauge(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Promise<readonly { readonly labels: { readonly [label: string]: string }; readonly value: number }[]>,
  ): void;
  /** A number that only grows, asked for when somebody looks. */
  counter(name: string, help: string, read: () => number): void;
  histogram<Label extends string>(
    name: string,
    help: string,
    of: { readonly labels: readonly Label[]; readonly buckets: readonly number[] },
  ): (labels: { readonly [label in Label]: string }) => Observe;
  text(): Promise<{ readonly type: string; readonly content: string }>;
}

export function createMetrics(options: { readonly processDefaults?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processDefaults !== false) collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the first byte of a request to the end of its answer, by route template',
    labelNames: ['status_code', 'path', 'method'] as const,
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  });
  return {
    observeRequest: (labels, seconds) => requests.observe(labels, seconds),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    labelledGauge(name, help, labels, read) {
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        async collect() {
          this.reset();
          for (const { labels: of, value } of await read()) this.set(of, value);
        },
      });
    },
    counter(name, help, read) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    histogram(name, help, { labels, buckets }) {
      const made = new Histogram({
        ...{ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] },
      });
      return (of) => {
        const child = made.labels(of);
        return (value) => child.observe(value);
      };
    },
    text: async () => ({ type: registry.contentType, content: await registry.metrics() }),
  };
}

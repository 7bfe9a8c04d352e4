import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Makes the metrics of a registry: each by its name, what it tells, and its labels. */
export function metricsIn(registry: Registry) {
  const registers = [registry];
  return {
    counter: <const Label extends string = never>(
      name: string,
      help: string,
      labelNames: readonly Label[] = [],
    ) => new Counter<Label>({ name, help, labelNames, registers }),

    /** A counter that somebody else keeps. @param total asked for at each scrape */
    counterOf: (name: string, help: string, total: () => number) =>
      new Counter({
        ...{ name, help, registers },
        collect() {
          this.reset();
          this.inc(total());
        },
      }),

    /** @param collect sets it at each scrape */
    gauge: <const Label extends string = never>(
      name: string,
      help: string,
      labelNames: readonly Label[] = [],
      collect?: (gauge: Gauge<Label>) => void,
    ): Gauge<Label> =>
      new Gauge<Label>({
        ...{ name, help, labelNames, registers },
        ...(collect === undefined
          ? {}
          : {
              collect() {
                collect(this);
              },
            }),
      }),

    /** @param buckets upper bounds, in seconds */
    histogram: <const Label extends string = never>(
      name: string,
      help: string,
      buckets: number[],
      labelNames: readonly Label[] = [],
    ) => new Histogram<Label>({ name, help, labelNames, buckets, registers }),
  };
}

import { z } from 'zod';

/** One scrape of /metrics: sums over the series of a metric. */
export interface Scrape {
  /** Sum of the series of that name (`x_total`, `x_bucket`, ...) whose labels hold all that is asked for. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
  /** Names of all metrics that are registered, as `# TYPE` gives them. */
  readonly names: readonly string[];
}

/** Reads Prometheus' text format from a port of 127.0.0.1. */
export async function scrape(port: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const type = z.string().parse(response.headers.get('content-type'));
  if (response.status !== 200 || !type.startsWith('text/plain; version='))
    throw new Error(`not metrics: ${type}`);
  const text = await response.text();
  const series = [...text.matchAll(/^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/gm)].map(
    ({ groups = {} }) => ({
      name: groups.name,
      labels: new Map(
        [...(groups.labels ?? '').matchAll(/(\w+)="(.*?)"/g)].map(([, key, value]) => [key, value]),
      ),
      value: Number(groups.value),
    }),
  );
  return {
    names: [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name),
    value(name, labels = {}) {
      const asked = Object.entries(labels);
      return series
        .filter((each) => each.name === name && asked.every(([key, value]) => each.labels.get(key) === value))
        .reduce((sum, each) => sum + each.value, 0);
    },
  };
}

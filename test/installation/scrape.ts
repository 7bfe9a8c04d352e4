/** Metrics as scraped: sums over all series of a name whose labels include the given ones. */
export interface Scraped {
  readonly text: string;
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
}

const SERIES = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

/** Scrapes `/metrics` of an ops port in the Prometheus text format. */
export async function scrape(opsUrl: string): Promise<Scraped> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  const series = text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value = ''] = SERIES.exec(line) ?? [];
    return name === '' ? [] : [{ name, labels, value: Number(value) }];
  });
  return {
    text,
    sum: (name, labels = {}) =>
      series
        .filter((one) => one.name === name)
        .filter((one) =>
          Object.entries(labels).every(([key, value]) => one.labels.includes(`${key}="${value}"`)),
        )
        .reduce((sum, { value }) => sum + value, 0),
  };
}

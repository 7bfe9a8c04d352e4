/** One sample of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n' };

/**
 * The samples of the named metrics in a page of Prometheus' text format, which OpenMetrics shares so far. Other lines,
 * and lines that are no samples, are passed over.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function* samplesOf(text: string, names: ReadonlySet<string>): Generator<Sample> {
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    if (names.has(name)) yield { name, labels: labelsIn(labels), value: Number(value) };
  }
}

function labelsIn(text: string): Map<string, string> {
  const unescaped = (value: string) =>
    value.replace(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped);
  return new Map([...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, unescaped(value)]));
}

/** Suffixes of quantities (k8s.io/apimachinery, resource.Quantity), and what they multiply by. */
const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** The amount of a quantity such as `1000`, `100m`, `1000Gi` or `1e3`; `undefined` where it is none. */
export function amountOf(quantity: string | number): number | undefined {
  if (typeof quantity === 'number') return Number.isFinite(quantity) ? quantity : undefined;
  const found = QUANTITY.exec(quantity);
  if (found === null) return undefined;
  const [, digits = '', exponent, suffix = ''] = found;
  const amount = Number(digits);
  return exponent === undefined ? amount * (FACTORS[suffix] ?? 1) : amount * 10 ** Number(exponent);
}

/** An amount of memory in Gi, any other as a number, with no more digits than people read: `1,365 Gi`, `36.5`. */
export function showAmount(resource: string, amount: number): string {
  const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  return resource === 'memory' ? `${number(amount / 2 ** 30)} Gi` : number(amount);
}

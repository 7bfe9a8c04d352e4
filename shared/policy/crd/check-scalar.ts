import { nearestWord } from '../../documents/nearest-word.ts';
import type { Problem } from '../core/rule.ts';
import type { Place, QuantityField, TextField, WholeField } from './field.ts';
import { eitherOf, shown } from './shown.ts';

/** What the API server refuses of a text or a number. */
export function checkScalar(
  field: TextField | WholeField | QuantityField,
  value: unknown,
  place: Place,
): Problem[] {
  switch (field.type) {
    case 'text':
      // The API server takes a list where a format is asked for (kube-openapi, typeValidator.Validate).
      if (field.format !== undefined && Array.isArray(value)) return [];
      return typeof value === 'string' ? checkText(field, value, place) : [notText(field, value, place)];
    case 'whole':
      return checkWhole(field, value, place);
    default:
      return isQuantity(value)
        ? []
        : [
            {
              message: `${place.name} is ${shown(value)}; it has to be a quantity like 100, 500m or 10Gi`,
              path: place.path,
            },
          ];
  }
}

function checkText(field: TextField, value: string, place: Place): Problem[] {
  const { path, name } = place;
  const { longest = Number.POSITIVE_INFINITY } = field;
  // Characters are never more than UTF-16 units: counting them one by one is for texts that may be too long.
  const length = value.length <= longest ? value.length : [...value].length;
  if (field.notEmpty && length === 0) return [{ message: `${name} is empty`, fix: `Fill in ${name}`, path }];
  const known = field.oneOf === undefined ? [] : unknownWord(field, value, place);
  const wrong = !matches(field, value);
  return [
    ...known,
    ...(length > longest
      ? [
          {
            message: `${name} has ${length} characters; the API server accepts ${longest}`,
            path,
            found: length,
          },
        ]
      : []),
    ...(wrong
      ? [{ message: `${name} is ${shown(value)}; it has to be ${field.like ?? 'of another form'}`, path }]
      : []),
    ...(field.rules ?? []).flatMap((rule) => rule(value, path)),
  ];
}

function matches({ pattern, accepts, format }: TextField, value: string): boolean {
  if (accepts?.(value) === false) return false;
  return (pattern === undefined || pattern.test(value)) && (format === undefined || isDateTime(value));
}

function unknownWord({ oneOf = [], since = {} }: TextField, value: string, { path, name }: Place): Problem[] {
  if (oneOf.includes(value)) return [];
  const release = Object.hasOwn(since, value) ? since[value] : undefined;
  const near = nearestWord(value, oneOf);
  return [
    {
      message:
        release === undefined
          ? `${name} is ${shown(value)}; it has to be ${eitherOf(oneOf)}`
          : `${name} is ${shown(value)}, which Karpenter before ${release} refuses`,
      ...(near === undefined ? {} : { fix: `Write ${near}` }),
      path,
      ...(release === undefined ? {} : { atMost: 'warn' }),
    },
  ];
}

/** Quotes help only where what is in them is accepted. */
function notText(field: TextField, value: unknown, place: Place): Problem {
  const { path, name } = place;
  const quotable = typeof value === 'number' || typeof value === 'boolean';
  const helps = quotable && checkText(field, `${value}`, place).length === 0;
  const wanted = quotable && !helps && field.like !== undefined ? `text: ${field.like}` : 'text';
  return {
    message: `${name} is ${shown(value)}; it has to be ${wanted}`,
    ...(helps ? { fix: `Put it in quotes: "${value}"` } : {}),
    path,
  };
}

function checkWhole({ least, most }: WholeField, value: unknown, { path, name }: Place): Problem[] {
  if (!isWhole(value)) {
    return [{ message: `${name} is ${shown(value)}; it has to be a whole number`, path }];
  }
  if ((least === undefined || value >= least) && (most === undefined || value <= most)) return [];
  const range = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
  ];
  return [{ message: `${name} is ${value}; it has to be ${range.join(' and ')}`, path, found: value }];
}

/** Quantity of Kubernetes, as the CRD's pattern has it. */
const QUANTITY =
  /^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$/;

function isQuantity(value: unknown): boolean {
  return typeof value === 'string' ? QUANTITY.test(value) : isWhole(value);
}

/** A whole number of 64 bits; what is larger is read as a fraction. */
function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

const TIME = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/;

/** As kube-openapi's strfmt has it: a day of the calendar, and a time with its zone. */
function isDateTime(text: string): boolean {
  const [day = '', time = ''] = text.toLowerCase().split('t');
  const [, hours = '', minutes = '', seconds = ''] = TIME.exec(time) ?? [];
  return isDay(day) && hours !== '' && hours <= '23' && minutes <= '59' && seconds <= '59';
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const [months, days] = [Number(month), Number(day)];
  const leap = Number(year) % 4 === 0 && (Number(year) % 100 !== 0 || Number(year) % 400 === 0);
  const longest = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][months - 1] ?? 0;
  return days >= 1 && days <= longest;
}

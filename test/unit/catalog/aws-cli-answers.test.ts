import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogFromAwsCli } from '../../../shared/catalog/from-aws-cli.ts';
import { jsonTexts } from '../../../shared/json/json-texts.ts';
import { described } from './described-type.ts';

const origin = { madeAt: '2026-11-21T18:00:00Z', region: 'us-east-1' };
const types = (...names: string[]) =>
  JSON.stringify({ InstanceTypes: names.map((name) => described(name)) }, null, 4);
const offerings = (by: string, ...pairs: [string, string][]) =>
  JSON.stringify({
    InstanceTypeOfferings: pairs.map(([InstanceType, Location]) => ({
      InstanceType,
      LocationType: by,
      Location,
    })),
  });
const byId = (...pairs: [string, string][]) => offerings('availability-zone-id', ...pairs);
const named = (...texts: string[]) => texts.map((text, place) => ({ name: `file-${place}.json`, text }));

describe("what the AWS CLI's JSON makes", () => {
  it('is one catalogue of all files, whatever their order', () => {
    const files = named(
      byId(['c5.large', 'use1-az1'], ['m5.large', 'use1-az2']),
      types('m5.large'),
      types('c5.large'),
    );
    const catalog = catalogFromAwsCli(origin, files);
    expect(catalog).toMatchObject({
      origin: { source: 'aws-cli', ...origin },
      types: ['c5.large', 'm5.large'],
    });
    expect(catalog.offerings?.zoneIds).toEqual(['use1-az1', 'use1-az2']);
    expect(catalogFromAwsCli(origin, files.toReversed())).toEqual(catalog);
  });

  it('is the same of one file in which the answers follow each other', () => {
    const pages = [types('m5.large'), types('c5.large'), byId(['c5.large', 'a']), byId(['m5.large', 'a'])];
    expect(catalogFromAwsCli(origin, named(pages.join('\n')))).toEqual(
      catalogFromAwsCli(origin, named(...pages)),
    );
    expect(catalogFromAwsCli(origin, named(pages.join('')))).toEqual(
      catalogFromAwsCli(origin, named(...pages)),
    );
  });

  it('knows no zones where no offerings are given', () => {
    expect(catalogFromAwsCli(origin, named(types('m5.large')))).not.toHaveProperty('offerings');
  });

  it.each([
    ['text', ['AWS CLI not found'], /file-0\.json is not JSON: .*--output json/],
    ['nothing', [''], /neither InstanceTypes nor InstanceTypeOfferings/],
    ['a file that is cut', [types('m5.large').slice(0, -20)], /is not JSON/],
    ['an answer to something else', ['{"Reservations": []}'], /neither InstanceTypes nor/],
    ['a list', ['[]'], /neither InstanceTypes nor/],
    [
      'types without their CPUs',
      ['{"InstanceTypes": [{"InstanceType": "m5.large"}]}'],
      /no answer of ec2:DescribeInstanceTypes/,
    ],
    ['offerings alone', [byId(['m5.large', 'use1-az1'])], /told of no instance type/],
    [
      'offerings by name',
      [types('m5.large'), offerings('availability-zone', ['m5.large', 'us-east-1a'])],
      /location type availability-zone-id/,
    ],
    [
      'offerings of another Region',
      [types('m5.large'), byId(['c5.large', 'euw1-az1'])],
      /both answers are of one Region/,
    ],
    [
      'types that are for nobody',
      [
        JSON.stringify({
          InstanceTypes: [described('t1.micro', { SupportedVirtualizationTypes: ['paravirtual'] })],
        }),
      ],
      /none is for Karpenter/,
    ],
  ])('%s is refused, and said', (_, texts, words) => {
    expect(() => catalogFromAwsCli(origin, named(...texts))).toThrow(words);
  });
});

describe('JSON texts after one another', () => {
  it('are told apart, whatever stands in their strings', () => {
    const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()));
    const between = fc.constantFrom('', '\n', ' \n\t');
    fc.assert(
      fc.property(fc.array(value), between, (values, gap) => {
        const text = values.map((one) => JSON.stringify(one, null, 2)).join(gap) + gap;
        expect([...jsonTexts(text)].map((one) => JSON.parse(one))).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });

  it('what is no JSON is given whole, for the parser to refuse', () => {
    expect([...jsonTexts('{} and more')]).toEqual(['{}', ' and more']);
    expect([...jsonTexts('{"a": [')]).toEqual(['{"a": [']);
  });
});

import { expect, test } from 'vitest';
import { asking, ec2 } from './asking-zones.ts';

const never = new AbortController().signal;

test('EC2 tells what the account may use: IDs, names, and whose child a Local or Wavelength Zone is', async () => {
  const api = await ec2();
  expect(await asking(api).ask(never)).toEqual([
    { id: 'use1-az1', name: 'us-east-1a', parentId: undefined },
    { id: 'use1-az2', name: 'us-east-1d', parentId: undefined },
    { id: 'use1-qro1-az1', name: 'us-east-1-qro-1a', parentId: 'use1-az1' },
    { id: 'use1-wl1-bos-wlz1', name: 'us-east-1-wl1-bos-wlz-1', parentId: 'use1-az1' },
  ]);
  expect(api.requests).toEqual([
    { Action: 'DescribeAvailabilityZones', Version: '2016-11-15', AllAvailabilityZones: 'false' },
  ]);
});

test('an Availability Zone has no parent, whatever is said', async () => {
  const api = await ec2([{ id: 'use1-az1', name: 'us-east-1a', parentId: 'use1-az2' }]);
  expect(await asking(api).ask(never)).toEqual([{ id: 'use1-az1', name: 'us-east-1a', parentId: undefined }]);
});

test('nothing is asked before somebody asks', async () => {
  const api = await ec2();
  asking(api).close();
  expect(api.requests).toEqual([]);
});

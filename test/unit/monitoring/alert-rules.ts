import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../architecture/source-files.ts';

const prometheusRuleSchema = z.object({
  spec: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.object({ severity: z.enum(['critical', 'warning', 'info']) }),
            annotations: z.object({ summary: z.string(), description: z.string(), runbook: z.string() }),
          }),
        ),
      }),
    ),
  }),
});

const FILES = ['rules.yaml', 'redundancy-rules.yaml'].map((name) =>
  join(ROOT, 'config', 'components', 'monitoring', 'objects', name),
);

/** The groups of all PrometheusRules of the component `monitoring`: a rule file of Prometheus has the same. */
export const alertGroups = FILES.flatMap(
  (file) => prometheusRuleSchema.parse(parse(readFileSync(file, 'utf8'))).spec.groups,
);

/** All alerts, in the order of the files. */
export const alertRules = alertGroups.flatMap(({ rules }) => rules);

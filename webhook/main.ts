import { runProcess } from '../shared/configuration/process-life.ts';
import { createLogger } from '../shared/logging/logger.ts';
import { readWebhookOptions } from './options.ts';
import { startWebhook } from './webhook-process.ts';

const options = readWebhookOptions(process.argv.slice(2));
const logging = createLogger('webhook', options.logLevel);
await runProcess(logging, () => startWebhook(options, logging.log));

import { createLogger } from '../shared/process/logger.ts';
import { runProcess } from '../shared/process/process-life.ts';
import { readWebhookOptions } from './options.ts';
import { startWebhook } from './webhook-process.ts';

const options = readWebhookOptions(process.argv.slice(2));
const logging = createLogger('webhook', options.logLevel);
await runProcess(logging, () => startWebhook(options, logging.log, logging.droppedLines));

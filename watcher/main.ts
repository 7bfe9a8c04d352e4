import { runProcess } from '../shared/configuration/process-life.ts';
import { createLogger } from '../shared/logging/logger.ts';
import { readWatcherOptions } from './options.ts';
import { startWatcher } from './watcher-process.ts';

const options = readWatcherOptions(process.argv.slice(2));
const logging = createLogger('watcher', options.logLevel);
await runProcess(logging, () => startWatcher(options, logging.log));

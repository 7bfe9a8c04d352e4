import { createLogger } from '../shared/process/logger.ts';
import { runProcess } from '../shared/process/process-life.ts';
import { readWatcherOptions } from './options.ts';
import { startWatcher } from './watcher-process.ts';

const options = readWatcherOptions(process.argv.slice(2));
const logging = createLogger('watcher', options.logLevel);
await runProcess(logging, () => startWatcher(options, logging.log, logging.droppedLines));

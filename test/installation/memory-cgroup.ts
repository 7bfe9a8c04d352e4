import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../shared/errors/zonewarden-error.ts';
import { until } from './until.ts';

/** A group of processes with a limit of memory, as a container has one. */
export interface MemoryCgroup {
  /** Whoever writes its process ID here is in the group. */
  readonly processesFile: string;
  /** The most that the group has used since it was made, bytes. */
  peakBytes(): number;
  /** Processes that the kernel has ended because the group had no more memory. */
  killed(): number;
  /** Takes it away when its processes have ended. */
  remove(): Promise<void>;
}

/** The files of a memory cgroup in each version of the kernel's interface. */
interface Layout {
  readonly root: string;
  readonly limit: string;
  readonly peak: string;
  readonly events: string;
}

const V1: Layout = {
  root: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  peak: 'memory.max_usage_in_bytes',
  events: 'memory.oom_control',
};
const V2: Layout = {
  root: '/sys/fs/cgroup',
  limit: 'memory.max',
  peak: 'memory.peak',
  events: 'memory.events',
};

let made = 0;

/** Makes one, or says why that is not possible here: it takes root, and a cgroup file system that can be written. */
export function makeMemoryCgroup(limitBytes: number): MemoryCgroup | string {
  if (process.platform !== 'linux') return 'memory cgroups are a thing of Linux';
  const layout = existsSync(`${V1.root}/${V1.limit}`) ? V1 : V2;
  made += 1;
  const folder = `${layout.root}/zonewarden-${process.pid}-${made}`;
  try {
    // Version 2 gives children only the controllers that the parent names.
    if (layout === V2) writeFileSync(`${V2.root}/cgroup.subtree_control`, '+memory');
    mkdirSync(folder);
    writeFileSync(`${folder}/${layout.limit}`, String(limitBytes));
  } catch (error) {
    if (existsSync(folder)) rmdirSync(folder);
    return `no memory cgroup can be made here: ${messageOf(error)}`;
  }
  const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
  return {
    processesFile: `${folder}/cgroup.procs`,
    peakBytes: () => Number(read(layout.peak)),
    killed: () => Number(/^oom_kill (\d+)$/m.exec(read(layout.events))?.[1] ?? 0),
    // A process that has ended is in its group for a moment longer.
    async remove() {
      await until('the cgroup is empty', () => {
        rmdirSync(folder);
        return true;
      });
    },
  };
}

import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of /proc/<pid>/stat: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU seconds that a process has used, all threads. @param {number} pid */
export const cpuSeconds = (pid) => secondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** CPU seconds by thread, `<name> <id>`. @param {number} pid @returns {Record<string, number>} */
export function threadSeconds(pid) {
  const folder = `/proc/${pid}/task`;
  const entries = readdirSync(folder).flatMap((id) => {
    try {
      const stat = readFileSync(`${folder}/${id}/stat`, 'utf8');
      return [[`${stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))} ${id}`, secondsOf(stat)]];
    } catch {
      return []; // Ended since the folder was listed.
    }
  });
  return Object.fromEntries(entries);
}

/** @param {string} stat */
function secondsOf(stat) {
  // The name may hold blanks and brackets: fields are counted behind the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Memory in MiB. @param {number} pid */
export function rssMiB(pid) {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}

/** Watches the memory and CPU of some processes until `stop`. @param {Record<string, number>} pids by name */
export function watch(pids) {
  const names = Object.keys(pids);
  const before = Object.fromEntries(names.map((name) => [name, cpuSeconds(pids[name])]));
  const peak = Object.fromEntries(names.map((name) => [name, rssMiB(pids[name])]));
  const sample = () => {
    for (const name of names) peak[name] = Math.max(peak[name], rssMiB(pids[name]));
  };
  const timer = setInterval(sample, 250);
  return () => {
    clearInterval(timer);
    sample();
    return Object.fromEntries(
      names.map((name) => [name, { cpuSeconds: cpuSeconds(pids[name]) - before[name], peakMiB: peak[name] }]),
    );
  };
}

/** The nmaps that run on this machine, newest first: what "attach" offers. */
import {readdirSync, readFileSync} from 'node:fs';

export interface NmapProcess {
  pid: number;
  command: string;
}

function nmapAt(pid: number, proc: string): NmapProcess | undefined {
  try {
    if (readFileSync(`${proc}/${pid}/comm`, 'utf8').trim() !== 'nmap') return undefined;
    const words = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0');
    return {pid, command: words.join(' ').trim()};
  } catch {
    return undefined; // it ended while we looked
  }
}

export function nmapProcesses(proc = '/proc'): NmapProcess[] {
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => b - a)
    .map((pid) => nmapAt(pid, proc))
    .filter((found) => found !== undefined);
}

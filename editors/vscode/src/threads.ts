/** NSE threads as the view shows them. Knows nothing of VS Code, so that it can be tested. */
import type {DebugProtocol} from '@vscode/debugprotocol';

/** What `nse/threads` answers of a thread: docs/protocol.md. */
export interface NseThread {
  id: number;
  name: string;
  state: string;
  /** The state in words: what is waited for, and who holds it. */
  text?: string;
  phase?: string;
  script?: string;
  host?: string;
  port?: number;
  /** Seconds in this state, without those of stops. */
  since?: number;
  runTime?: number;
  waitTime?: number;
  place?: {function: string; line: number; source?: DebugProtocol.Source};
}

export interface ThreadRow {
  id: number;
  label: string;
  description: string;
  tooltip: string;
  state: string;
}

/** More than anybody looks through; a scan may have thousands. */
const kMost = 500;

type Ask = (command: string, args?: object) => PromiseLike<unknown>;

/** A DAP thread with our members: what an nsedbg without `nse/threads` has. */
interface PlainThread extends DebugProtocol.Thread {
  nseState?: string;
  nsePhase?: string;
  nseScript?: string;
  nseHost?: string;
  nsePort?: number;
}

function fromPlain(thread: PlainThread): NseThread {
  const {id, name, nseState, nsePhase, nseScript, nseHost, nsePort} = thread;
  return {
    id,
    name,
    state: nseState ?? 'running',
    ...(nsePhase !== undefined && {phase: nsePhase}),
    ...(nseScript !== undefined && {script: nseScript}),
    ...(nseHost !== undefined && {host: nseHost}),
    ...(nsePort !== undefined && {port: nsePort}),
  };
}

/** The threads that live, and how many there are of them. */
export async function readThreads(ask: Ask): Promise<{threads: NseThread[]; total: number}> {
  try {
    const answer = await ask('nse/threads', {filter: 'state!=dead', count: kMost});
    return answer as {threads: NseThread[]; total: number};
  } catch {
    const {threads} = (await ask('threads')) as {threads: PlainThread[]};
    return {threads: threads.slice(0, kMost).map(fromPlain), total: threads.length};
  }
}

const kOrder = ['stopped', 'running', 'ready', 'waiting'];

function rank(state: string): number {
  const place = kOrder.indexOf(state);
  return place < 0 ? kOrder.length : place;
}

function target({host, port}: NseThread): string {
  if (host === undefined) return '';
  return port === undefined ? host : `${host}:${port}`;
}

export function clockTime(time: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

function tooltip(thread: NseThread, since: string): string {
  const {name, phase, state, text, place, runTime, waitTime} = thread;
  const lines = [`${name}: ${phase ?? 'action'}, ${state} since ${since}`];
  if (text !== undefined && text !== state) lines.push(text);
  if (place) lines.push(`in ${place.function}, ${place.source?.name ?? '?'}:${place.line}`);
  if (runTime !== undefined && waitTime !== undefined) {
    lines.push(`ran ${runTime.toFixed(3)} s, waited ${waitTime.toFixed(1)} s`);
  }
  return lines.join('\n');
}

interface Entry {
  state: string;
  seconds: number;
  time: Date;
}

/**
 * Since when each thread is in the state it is in, by the clock on the wall: what nsedbg tells stands
 * still during stops, and an older one tells nothing.
 */
export class ThreadTable {
  private since = new Map<number, Entry>();

  /** The scan goes on: whoever is stopped at the next look has stopped anew. */
  resumed(): void {
    for (const [id, {state}] of this.since) if (state === 'stopped') this.since.delete(id);
  }

  update(threads: NseThread[], now: Date): ThreadRow[] {
    const since = new Map<number, Entry>();
    const rows = threads.map((thread) => {
      const entry = this.entry(thread, now);
      since.set(thread.id, entry);
      return this.row(thread, clockTime(entry.time));
    });
    this.since = since;
    return rows.sort((a, b) => rank(a.state) - rank(b.state) || a.id - b.id);
  }

  private entry({id, state, since}: NseThread, now: Date): Entry {
    const seconds = since ?? 0;
    const before = this.since.get(id);
    // Less than before: it has left the state meanwhile, and come back.
    if (before?.state === state && before.seconds <= seconds) return {...before, seconds};
    return {state, seconds, time: new Date(now.getTime() - 1000 * seconds)};
  }

  private row(thread: NseThread, since: string): ThreadRow {
    const words = [target(thread), `${thread.state} since ${since}`];
    return {
      id: thread.id,
      label: thread.script ?? thread.name,
      description: words.filter((word) => word !== '').join(' · '),
      tooltip: tooltip(thread, since),
      state: thread.state,
    };
  }
}

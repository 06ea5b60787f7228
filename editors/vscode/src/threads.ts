/** NSE threads as the view shows them. Knows nothing of VS Code, so that it can be tested. */
import type {DebugProtocol} from '@vscode/debugprotocol';

/** A DAP thread with our members: docs/protocol.md. */
export interface NseThread extends DebugProtocol.Thread {
  nseState?: string;
  nsePhase?: string;
  nseScript?: string;
  nseHost?: string;
  nsePort?: number;
}

export interface ThreadRow {
  id: number;
  label: string;
  description: string;
  tooltip: string;
  state: string;
}

const kOrder = ['stopped', 'running', 'waiting'];

function rank(state: string): number {
  const place = kOrder.indexOf(state);
  return place < 0 ? kOrder.length : place;
}

function place(thread: NseThread): string {
  if (thread.nseHost === undefined) return '';
  return thread.nsePort === undefined ? thread.nseHost : `${thread.nseHost}:${thread.nsePort}`;
}

export function clockTime(time: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

/** Remembers since when each thread is in the state it is in, since DAP does not tell. */
export class ThreadTable {
  private since = new Map<number, {state: string; time: Date}>();

  /** The scan goes on: whoever is stopped at the next look has stopped anew. */
  resumed(): void {
    for (const [id, {state}] of this.since) if (state === 'stopped') this.since.delete(id);
  }

  update(threads: NseThread[], now: Date): ThreadRow[] {
    const since = new Map<number, {state: string; time: Date}>();
    const rows = threads.map((thread) => {
      const state = thread.nseState ?? 'running';
      const before = this.since.get(thread.id);
      const entry = before?.state === state ? before : {state, time: now};
      since.set(thread.id, entry);
      return this.row(thread, state, clockTime(entry.time));
    });
    this.since = since;
    return rows.sort((a, b) => rank(a.state) - rank(b.state) || a.id - b.id);
  }

  private row(thread: NseThread, state: string, since: string): ThreadRow {
    const words = [place(thread), `${state} since ${since}`];
    return {
      id: thread.id,
      label: thread.nseScript ?? thread.name,
      description: words.filter((word) => word !== '').join(' · '),
      tooltip: `${thread.name}: ${thread.nsePhase ?? 'action'}, ${state} since ${since}`,
      state,
    };
  }
}

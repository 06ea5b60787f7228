/** Tells the views what the adapter of a session said, so that they know when to look again. */
import type {DebugProtocol} from '@vscode/debugprotocol';
import * as vscode from 'vscode';

export interface AdapterEvent {
  session: vscode.DebugSession;
  event: string;
}

const kResuming = new Set(['continue', 'next', 'stepIn', 'stepOut']);

/** Who asked the scan to go on gets an answer, not the event `continued`. */
function resumed(answer: DebugProtocol.Response): string | undefined {
  return answer.success && kResuming.has(answer.command) ? 'continued' : undefined;
}

export class SessionWatcher implements vscode.DebugAdapterTrackerFactory {
  private readonly emitter = new vscode.EventEmitter<AdapterEvent>();
  readonly onEvent = this.emitter.event;

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    return {
      onDidSendMessage: (message: DebugProtocol.Event | DebugProtocol.Response) => {
        const event = 'event' in message ? message.event : resumed(message);
        if (event !== undefined) this.emitter.fire({session, event});
      },
    };
  }
}

/** The session in front, if it is one of ours. */
export function activeSession(): vscode.DebugSession | undefined {
  const session = vscode.debug.activeDebugSession;
  return session?.type === 'nse' ? session : undefined;
}

/** The client of VS Code's authors, with what our conversations ask again and again. */
import * as assert from 'node:assert/strict';
import {DebugClient} from '@vscode/debugadapter-testsupport';
import type {DebugProtocol} from '@vscode/debugprotocol';
import {recordedNsedbg} from './recorded-nsedbg';

export class Client extends DebugClient {
  private said = '';

  constructor(title: string) {
    super(recordedNsedbg(title), 'dap', 'nse', {stdio: 'pipe'}, true);
    this.defaultTimeout = 20_000;
    this.on('output', (event: DebugProtocol.OutputEvent) => (this.said += event.body.output));
  }

  /** All that nmap and nsedbg have written so far. */
  get output(): string {
    return this.said;
  }

  /** The stop, and the frames of the thread that stopped. */
  async stopped(reason: RegExp): Promise<{threadId: number; frames: DebugProtocol.StackFrame[]}> {
    const event = (await this.waitForEvent('stopped')) as DebugProtocol.StoppedEvent;
    assert.match(event.body.reason, reason);
    const threadId = event.body.threadId!;
    const {body} = await this.stackTraceRequest({threadId});
    return {threadId, frames: body.stackFrames};
  }

  async scope(frameId: number, name: string): Promise<DebugProtocol.Variable[]> {
    const {scopes} = (await this.scopesRequest({frameId})).body;
    const scope = scopes.find((candidate) => candidate.name === name);
    if (!scope) throw new Error(`no scope ${name} among ${scopes.map((one) => one.name).join(', ')}`);
    const {variablesReference} = scope;
    return (await this.variablesRequest({variablesReference})).body.variables;
  }
}

/** Asks what to scan: once per workspace, unless the user wants another. */
import * as vscode from 'vscode';
import {kDefaultTarget, parseTarget, type Target} from './target';

const kKey = 'target';

export class TargetPrompt {
  constructor(private readonly memory: vscode.Memento) {}

  /** The text the user typed, now or before; undefined if they gave up. */
  async known(): Promise<string | undefined> {
    return this.memory.get<string>(kKey) ?? (await this.ask());
  }

  async ask(): Promise<string | undefined> {
    const text = await vscode.window.showInputBox({
      title: 'Debug NSE script: target',
      prompt: 'What nmap scans, with ports if you like: 127.0.0.1 -p 80. Nothing, for a prerule. Remembered for this workspace.',
      value: this.memory.get<string>(kKey) ?? kDefaultTarget,
      ignoreFocusOut: true,
      validateInput: (typed) => {
        const target = parseTarget(typed);
        return 'problem' in target ? target.problem : undefined;
      },
    });
    if (text !== undefined) await this.memory.update(kKey, text);
    return text;
  }

  async target(): Promise<Target | undefined> {
    const text = await this.known();
    if (text === undefined) return undefined;
    const target = parseTarget(text);
    return 'problem' in target ? undefined : target;
  }
}

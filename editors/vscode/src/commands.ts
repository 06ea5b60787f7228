/** What buttons, the palette and `${command:…}` in a launch.json call. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import {nmapProcesses} from './nmap-processes';
import {parseTarget} from './target';
import type {TargetPrompt} from './target-prompt';

async function debugScript(prompt: TargetPrompt, file: vscode.Uri | undefined, askAgain: boolean) {
  const script = file ?? vscode.window.activeTextEditor?.document.uri;
  if (!script) {
    void vscode.window.showErrorMessage('There is no script to debug: open a .nse file first.');
    return;
  }
  const typed = askAgain ? await prompt.ask() : await prompt.known();
  if (typed === undefined) return;
  const target = parseTarget(typed);
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(script), {
    type: 'nse',
    request: 'launch',
    name: `Debug ${path.basename(script.fsPath)}`,
    script: script.fsPath,
    ...target,
  });
}

/** A string, since that is what VS Code substitutes. */
async function pickNmap(): Promise<string | undefined> {
  const items = nmapProcesses().map(({pid, command}) => ({label: String(pid), description: command}));
  if (items.length === 0) {
    void vscode.window.showErrorMessage('No nmap runs on this machine, so there is none to attach to.');
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Attach to nmap',
    matchOnDescription: true,
  });
  return picked?.label;
}

export function registerCommands(prompt: TargetPrompt): vscode.Disposable[] {
  const register = vscode.commands.registerCommand;
  return [
    register('nsedbg.debugScript', (file?: vscode.Uri) => debugScript(prompt, file, false)),
    register('nsedbg.debugScriptAgainst', (file?: vscode.Uri) => debugScript(prompt, file, true)),
    register('nsedbg.changeTarget', () => prompt.ask()),
    register('nsedbg.askForTarget', () => prompt.known()),
    register('nsedbg.pickNmap', pickNmap),
  ];
}

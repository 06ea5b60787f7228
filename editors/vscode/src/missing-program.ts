/** What the user sees when there is no nsedbg to debug with: what happened, and two ways out. */
import * as vscode from 'vscode';
import {findProgram} from './program';

const kLocate = 'Locate nsedbg…';
const kSettings = 'Open Settings';

export function currentProgram(): ReturnType<typeof findProgram> {
  const setting = vscode.workspace.getConfiguration('nsedbg').get<string>('path', '');
  return findProgram(setting, process.env['PATH'] ?? '');
}

async function locate(): Promise<boolean> {
  const picked = await vscode.window.showOpenDialog({title: 'The program nsedbg', openLabel: 'Use This'});
  const file = picked?.[0];
  if (!file) return false;
  await vscode.workspace
    .getConfiguration('nsedbg')
    .update('path', file.fsPath, vscode.ConfigurationTarget.Global);
  return true;
}

/** True once there is a program; false if the user gave up. */
export async function ensureProgram(): Promise<boolean> {
  for (;;) {
    const program = currentProgram();
    if ('path' in program) return true;
    const choice = await vscode.window.showErrorMessage(
      program.problem,
      {modal: true, detail: 'Install it (make install, in the source of nsedbg), or say where it is.'},
      kLocate,
      kSettings,
    );
    if (choice === kSettings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'nsedbg.path');
    }
    if (choice !== kLocate || !(await locate())) return false;
  }
}

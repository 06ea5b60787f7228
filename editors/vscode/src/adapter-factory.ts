/** The adapter is `nsedbg dap`. A `debugServer` in the configuration is VS Code's own affair. */
import * as vscode from 'vscode';
import {currentProgram} from './missing-program';

export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const program = currentProgram();
    if ('problem' in program) throw new Error(program.problem);
    const cwd = session.workspaceFolder?.uri.fsPath;
    return new vscode.DebugAdapterExecutable(program.path, ['dap'], cwd === undefined ? {} : {cwd});
  }
}

/**
 * Completes a configuration, down to an empty one: F5 on an open .nse file without a launch.json
 * debugs that file. What is wrong with an attribute the adapter says, not we: it knows nmap.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import {ensureProgram} from './missing-program';
import {parseTarget} from './target';
import type {TargetPrompt} from './target-prompt';

function openScript(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== 'nse' || document.isUntitled) return undefined;
  return document.uri.fsPath;
}

export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(private readonly prompt: TargetPrompt) {}

  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const config = {...given};
    config.type ||= 'nse';
    config.request ||= 'launch';
    if (config.request === 'launch' && config['args'] === undefined) {
      if (!(await this.complete(config))) return undefined;
    }
    config.name ||= 'Debug NSE script';
    if (folder && config.request === 'launch') config['cwd'] ??= folder.uri.fsPath;
    return config;
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (given['debugServer'] === undefined && !(await ensureProgram())) return undefined;
    return withNumber(withPorts(given));
  }

  private async complete(config: vscode.DebugConfiguration): Promise<boolean> {
    config['script'] ??= openScript();
    if (config['script'] === undefined) {
      void vscode.window.showErrorMessage(
        'There is no script to debug: open a saved .nse file, or name one as "script" in launch.json.',
      );
      return false;
    }
    config.name ||= `Debug ${path.basename(String(config['script']))}`;
    if (config['target'] !== undefined) return true;
    const target = await this.prompt.target();
    Object.assign(config, target);
    return target !== undefined;
  }
}

/** `${command:AskForTarget}` puts `127.0.0.1 -p 80` into "target": the ports belong into "ports". */
function withPorts(config: vscode.DebugConfiguration): vscode.DebugConfiguration {
  if (typeof config['target'] !== 'string') return config;
  const target = parseTarget(config['target']);
  return 'problem' in target ? config : {...config, ...target};
}

/** `${command:PickNmap}` gives text. */
function withNumber(config: vscode.DebugConfiguration): vscode.DebugConfiguration {
  const pid: unknown = config['pid'];
  return typeof pid === 'string' && /^\d+$/.test(pid) ? {...config, pid: Number(pid)} : config;
}

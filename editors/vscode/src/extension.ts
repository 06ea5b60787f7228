/** Puts the pieces into VS Code. The debugger itself is the program `nsedbg`. */
import * as vscode from 'vscode';
import {AdapterFactory} from './adapter-factory';
import {registerCommands} from './commands';
import {ConfigurationProvider} from './configuration-provider';
import {registerExpressionProviders} from './expression-providers';
import {registerRegistryView} from './registry-view';
import {SessionWatcher} from './session-watcher';
import {TargetPrompt} from './target-prompt';
import {registerThreadsView} from './threads-view';

export function activate(context: vscode.ExtensionContext): void {
  const prompt = new TargetPrompt(context.workspaceState);
  const watcher = new SessionWatcher();
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider('nse', new ConfigurationProvider(prompt)),
    vscode.debug.registerDebugAdapterDescriptorFactory('nse', new AdapterFactory()),
    vscode.debug.registerDebugAdapterTrackerFactory('nse', watcher),
    ...registerCommands(prompt),
    ...registerExpressionProviders(),
    ...registerThreadsView(watcher),
    ...registerRegistryView(watcher),
  );
}

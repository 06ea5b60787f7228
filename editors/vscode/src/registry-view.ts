/**
 * The view "NSE Registry": nmap.registry, through which scripts talk to each other. It is read
 * while the scan is stopped, a page at a time, and only what is unfolded.
 */
import type {DebugProtocol} from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import {pageOf, readPage, type Node, type ReadVariables} from './pages';
import {activeSession, type SessionWatcher} from './session-watcher';

function reader(session: vscode.DebugSession): ReadVariables {
  return async (range) => {
    const answer = await session.customRequest('variables', range);
    return (answer as DebugProtocol.VariablesResponse['body']).variables;
  };
}

class RegistryTree implements vscode.TreeDataProvider<Node> {
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.emitter.event;
  /** Set by the view's owner: what is said in place of values. */
  say: (message: string | undefined) => void = () => {};
  private stopped = false;

  change(stopped: boolean): void {
    this.stopped = stopped;
    this.emitter.fire();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if ('rest' in node) {
      return new vscode.TreeItem(`… ${node.left} more`, vscode.TreeItemCollapsibleState.Collapsed);
    }
    const {name, value, type, variablesReference} = node.variable;
    const item = new vscode.TreeItem(
      name,
      variablesReference > 0
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.None,
    );
    item.description = value;
    item.tooltip = type === undefined ? value : `${type}: ${value}`;
    return item;
  }

  async getChildren(parent?: Node): Promise<Node[]> {
    const session = activeSession();
    if (!session || !this.stopped) {
      this.say(session ? 'The registry is shown while the scan is stopped.' : undefined);
      return [];
    }
    try {
      return await (parent ? this.children(session, parent) : this.root(session));
    } catch (error) {
      // Most likely the scan went on while we asked; then the next stop asks again.
      this.say(error instanceof Error ? error.message : String(error));
      return [];
    }
  }

  private async root(session: vscode.DebugSession): Promise<Node[]> {
    const registry = (await session.customRequest('evaluate', {
      expression: 'nmap.registry',
      context: 'variables',
    })) as DebugProtocol.EvaluateResponse['body'];
    const page = pageOf(registry);
    const nodes = page.reference > 0 ? await readPage(reader(session), page) : [];
    this.say(nodes.length === 0 ? 'No script has put anything into the registry yet.' : undefined);
    return nodes;
  }

  private children(session: vscode.DebugSession, parent: Node): Promise<Node[]> {
    return readPage(reader(session), 'rest' in parent ? parent.rest : pageOf(parent.variable));
  }
}

export function registerRegistryView(watcher: SessionWatcher): vscode.Disposable[] {
  const tree = new RegistryTree();
  const view = vscode.window.createTreeView('nsedbg.registry', {treeDataProvider: tree});
  tree.say = (message) => {
    (view as {message: string | undefined}).message = message;
  };
  return [
    view,
    watcher.onEvent(({event}) => {
      if (event === 'stopped' || event === 'invalidated') tree.change(true);
      if (event === 'continued' || event === 'terminated') tree.change(false);
    }),
    vscode.debug.onDidChangeActiveDebugSession(() => tree.change(false)),
  ];
}

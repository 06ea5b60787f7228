/**
 * The view "NSE Threads": every script at work, against whom, in which state, since when. A scan
 * that runs changes its threads' states without an event, so the view asks while it is seen.
 */
import type {DebugProtocol} from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import {activeSession, type SessionWatcher} from './session-watcher';
import {readThreads, ThreadTable, type ThreadRow} from './threads';

const kRefreshEvents = new Set(['thread', 'stopped', 'continued', 'terminated']);
const kPeriodMs = 1000;
const kIcons: Record<string, string> = {stopped: 'debug-pause', running: 'play', ready: 'play', waiting: 'watch'};

class ThreadsTree implements vscode.TreeDataProvider<ThreadRow> {
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.emitter.event;
  private table = new ThreadTable();
  /** Only then states change without an event. */
  running = true;

  /** Set by the view's owner: what is said above the rows. */
  say: (message: string | undefined) => void = () => {};

  refresh(): void {
    this.emitter.fire();
  }

  take(event: string): void {
    if (!kRefreshEvents.has(event)) return;
    if (event === 'continued') this.table.resumed();
    if (event === 'stopped' || event === 'continued') this.running = event === 'continued';
    this.refresh();
  }

  forget(): void {
    this.running = true;
    this.table = new ThreadTable();
    this.refresh();
  }

  getTreeItem(row: ThreadRow): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label);
    item.id = String(row.id);
    item.description = row.description;
    item.tooltip = row.tooltip;
    item.iconPath = new vscode.ThemeIcon(kIcons[row.state] ?? 'circle-outline');
    return item;
  }

  async getChildren(parent?: ThreadRow): Promise<ThreadRow[]> {
    const session = parent ? undefined : activeSession();
    if (!session) return [];
    try {
      const {threads, total} = await readThreads((command, args) => session.customRequest(command, args));
      this.say(total > threads.length ? `${threads.length} of ${total} threads` : undefined);
      return this.table.update(threads, new Date());
    } catch {
      return []; // the session ended meanwhile, or has not begun
    }
  }
}

/** VS Code turns the paths of an adapter into addresses on their way to us, in a remote window at least. */
function addressOf(file: string): vscode.Uri {
  return /^[a-z][\w+.-]+:\/\//i.test(file) ? vscode.Uri.parse(file) : vscode.Uri.file(file);
}

/** Opens the line at which a thread stands. */
async function showThread(row: ThreadRow | undefined): Promise<void> {
  const session = activeSession();
  if (!session || !row) return;
  const answer = (await session.customRequest('stackTrace', {
    threadId: row.id,
    startFrame: 0,
    levels: 20,
  })) as DebugProtocol.StackTraceResponse['body'];
  const frame = answer.stackFrames.find((candidate) => candidate.source?.path);
  if (!frame?.source?.path) {
    void vscode.window.showInformationMessage(`${row.label} is in code that has no source.`);
    return;
  }
  const at = new vscode.Position(frame.line - 1, 0);
  await vscode.window.showTextDocument(addressOf(frame.source.path), {
    selection: new vscode.Range(at, at),
  });
}

export function registerThreadsView(watcher: SessionWatcher): vscode.Disposable[] {
  const tree = new ThreadsTree();
  const view = vscode.window.createTreeView('nsedbg.threads', {treeDataProvider: tree});
  tree.say = (message) => {
    (view as {message: string | undefined}).message = message;
  };
  const timer = setInterval(() => {
    if (tree.running && view.visible && activeSession()) tree.refresh();
  }, kPeriodMs);
  return [
    view,
    {dispose: () => clearInterval(timer)},
    watcher.onEvent(({event}) => tree.take(event)),
    vscode.debug.onDidChangeActiveDebugSession(() => tree.forget()),
    vscode.commands.registerCommand('nsedbg.showThread', showThread),
  ];
}

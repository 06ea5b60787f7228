/** A code-server of our own: private settings, private extensions, no network but the loopback. */
import {execFileSync, spawn, type ChildProcess} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import {codeServer, outputFolder, vsix} from '../support/places';

const kSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'debug.toolBarLocation': 'docked',
  'editor.fontFamily': 'DejaVu Sans Mono',
  'chat.commandCenter.enabled': false,
  'git.enabled': false,
};

export class CodeServer {
  readonly workspace: string;
  private readonly home: string;
  /** Its complaints (a server without native modules has some) are for a failed test only. */
  private readonly log = openSync(path.join(outputFolder('log'), 'code-server.log'), 'a');
  private process: ChildProcess | undefined;

  constructor() {
    this.home = mkdtempSync(path.join(tmpdir(), 'nsedbg-vscode-'));
    this.workspace = path.join(this.home, 'scripts');
    mkdirSync(this.workspace);
    mkdirSync(path.join(this.home, 'data/User'), {recursive: true});
    writeFileSync(path.join(this.home, 'data/User/settings.json'), JSON.stringify(kSettings));
  }

  /** Installs the extension and serves; the address to open. */
  async start(): Promise<string> {
    execFileSync(codeServer(), this.options('--install-extension', vsix()), {
      env: this.environment(),
      stdio: ['ignore', 'ignore', this.log],
    });
    const options = this.options(
      ...['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-workspace-trust'],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      this.workspace,
    );
    this.process = spawn(codeServer(), options, {
      env: this.environment(),
      stdio: ['ignore', 'pipe', this.log],
      detached: true,
    });
    const address = await this.address(this.process);
    return `${address}/?folder=${encodeURIComponent(this.workspace)}`;
  }

  async stop(): Promise<void> {
    const server = this.process;
    if (server?.pid !== undefined && server.exitCode === null) {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      process.kill(-server.pid, 'SIGTERM');
      await ended;
    }
    rmSync(this.home, {recursive: true, force: true, maxRetries: 10});
  }

  private address(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const lines = readline.createInterface({input: child.stdout!});
      lines.on('line', (line) => {
        const found = /server listening on (http:\/\/\S+?)\/?$/i.exec(line);
        if (found?.[1]) resolve(found[1]);
      });
      child.once('error', reject);
      child.once('exit', (status) => reject(new Error(`code-server ended with status ${status}`)));
    });
  }

  private options(...more: string[]): string[] {
    const data = path.join(this.home, 'data');
    return ['--user-data-dir', data, '--extensions-dir', path.join(this.home, 'extensions'), ...more];
  }

  /** An nsedbg that is installed must not be found: the test is about one that is missing. */
  private environment(): NodeJS.ProcessEnv {
    const searchPath = (process.env['PATH'] ?? '')
      .split(path.delimiter)
      .filter((folder) => !existsSync(path.join(folder, 'nsedbg')))
      .join(path.delimiter);
    const config = path.join(this.home, '.config');
    return {...process.env, HOME: this.home, XDG_CONFIG_HOME: config, PATH: searchPath};
  }
}

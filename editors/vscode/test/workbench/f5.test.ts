/** A real VS Code, from the .vsix to the end of a scan, without a launch.json. */
import * as assert from 'node:assert/strict';
import {copyFileSync, readFileSync} from 'node:fs';
import * as path from 'node:path';
import type {DebugProtocol} from '@vscode/debugprotocol';
import {HttpTarget} from '../support/http-target';
import {httpMethods, lineOf} from '../support/places';
import {recordedNsedbg, recordOf} from '../support/recorded-nsedbg';
import {CodeServer} from './server';
import {Workbench} from './workbench';

const kTitle = 'VS Code';

/** The last one that nsedbg has given. */
function answerTo(command: string): DebugProtocol.Response {
  const lines = readFileSync(recordOf(kTitle), 'utf8').trimEnd().split('\n');
  const answers = lines.map((line) => (JSON.parse(line) as {message: DebugProtocol.Response}).message);
  const found = answers.filter((one) => one.type === 'response' && one.command === command).pop();
  assert.ok(found, `nsedbg was not asked for ${command}`);
  return found;
}

const kCall = lineOf(httpMethods, 'http.generic_request(host, port, "OPTIONS"');

describe('F5 on http-methods.nse in VS Code', function () {
  this.bail(true); // each goes on where the one before has ended
  const server = new CodeServer();
  let target: HttpTarget;
  let code: Workbench;

  before(async () => {
    copyFileSync(httpMethods, path.join(server.workspace, 'http-methods.nse'));
    target = await HttpTarget.start();
    code = await Workbench.open(await server.start());
  });
  after(async () => {
    await code?.close();
    await server.stop();
    await target?.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.isFailed()) await code?.shoot('failed');
    else assert.deepEqual(await code.complaints(), []);
  });

  it('explains a missing nsedbg, and takes the one that is shown to it', async () => {
    await code.openFile('http-methods.nse');
    await code.setBreakpoint(kCall);
    await code.press('F5');
    await code.answer('127.0.0.1 -p 8000');
    await code.dialog.waitFor();
    assert.match(await code.dialog.innerText(), /There is no 'nsedbg' on the search path/);
    await code.shoot('missing');
    await code.dialog.getByRole('button', {name: 'Locate nsedbg'}).click();
    await code.answer(recordedNsedbg(kTitle));
    await code.waitForStopAt(kCall);
  });
  it('shows the locals and the frame', async () => {
    await code.widenSideBar(440);
    for (const view of ['Watch', 'Loaded Scripts', 'Breakpoints']) await code.fold(view, false);
    for (const view of ['NSE Threads', 'NSE Registry']) await code.fold(view, true);
    await code.row('Variables', /^path = *"\/"/).waitFor();
    await code.row('Variables', /^response = *nil/).waitFor();
    await code.row('Call Stack', new RegExp(`action.*http-methods\\.nse.*${kCall}`)).waitFor();
  });
  it('has a view of the NSE threads, which leads to where they are', async () => {
    const thread = /http-methods *127\.0\.0\.1:8000 · stopped since \d\d:\d\d:\d\d/;
    await code.row('NSE Threads', thread).waitFor();
    await code.goToLine(1);
    await code.row('NSE Threads', thread).hover();
    await code.row('NSE Threads', thread).getByRole('button').click();
    await code.waitForCursorAt(kCall);
    const {success} = answerTo('nse/threads');
    assert.ok(success);
  });
  it('has a view of the registry', () => code.row('NSE Registry', /^args/).waitFor());
  it('shows a value under the mouse', async () => {
    assert.equal(await code.hover('"OPTIONS", path', 'path'), '"/"');
    await code.shoot('stop');
  });
  it('changes a variable', async () => {
    await code.setVariable('path', '"/x"');
    await code.row('Variables', /^path = *"\/x"/).waitFor();
  });
  it('evaluates in the console', async () => {
    await code.evaluate('host.ip .. path');
    await code.waitForConsole('"127.0.0.1/x"');
    await code.page.locator('.repl .code-foreground-colored', {hasText: '"127.0.0.1/x"'}).waitFor();
  });
  it('runs commands in the console', async () => {
    await code.evaluate('info threads');
    await code.waitForConsole('http-methods 127.0.0.1:8000/tcp');
  });
  it('steps over the network call, and shows what NSE gives the script', async () => {
    await code.press('F10');
    await code.waitForStopAt(kCall + 1);
    await code.evaluate('response.status');
    await code.waitForConsole('200');
    await code.foldRow('Variables', 'Locals', false);
    await code.foldRow('Variables', 'NSE', true);
    await code.row('Variables', /SCRIPT_NAME = *"http-methods"/).waitFor();
    await code.shoot('step');
  });
  it('lets the scan end, with its report in the console', async () => {
    await code.press('F5');
    await code.waitForEnd();
    await code.waitForConsole('Path tested: /x');
    await code.shoot('report');
  });
  it('does not ask for the target again', async () => {
    await code.page.getByRole('button', {name: 'Debug NSE Script'}).first().click();
    await code.waitForStopAt(kCall);
    await code.press('Shift+F5');
    await code.waitForEnd();
  });
  it('offers a launch.json', async () => {
    await code.page.getByText('create a launch.json file').click();
    await code.waitForText('${command:AskForTarget}');
    // VS Code goes on to ask for one more: the cursor is where it would stand.
    await code.page.locator('.suggest-widget.visible').waitFor();
    await code.page.keyboard.type('NSE');
    await code.page.locator('.suggest-widget', {hasText: 'NSE: attach to a running nmap'}).waitFor();
    await code.shoot('launch');
  });
});

/** `nsedbg dap` in conversation with the client library of VS Code's authors; a real nmap. */
import * as assert from 'node:assert/strict';
import type {DebugProtocol} from '@vscode/debugprotocol';
import {Client} from '../support/client';
import {HttpTarget} from '../support/http-target';
import {fixture, httpMethods, lineOf} from '../support/places';

const kCall = lineOf(httpMethods, 'http.generic_request(host, port, "OPTIONS"');
/** Not verified while nmap has not loaded the script. */
const kHere = {path: httpMethods, line: kCall, verified: false};

describe('nsedbg dap', () => {
  let target: HttpTarget;
  let client: Client;

  before(async () => {
    target = await HttpTarget.start();
  });
  after(() => target.stop());
  beforeEach(async function () {
    client = new Client(this.currentTest!.title);
    await client.start();
  });
  afterEach(() => client.stop());

  /** A port that is not a web server's usual one needs a "+", or the script's rule says no. */
  const scan = (more: object = {}) => ({
    script: target.port === 8000 ? httpMethods : `+${httpMethods}`,
    target: '127.0.0.1',
    ports: String(target.port),
    nmapArgs: ['-n', '-Pn'],
    ...more,
  });
  const finish = (threadId: number) =>
    Promise.all([
      client.waitForEvent('exited') as Promise<DebugProtocol.ExitedEvent>,
      client.waitForEvent('terminated'),
      client.continueRequest({threadId}),
    ]);

  it('stops before the network call, steps over it, and lets the scan end', async () => {
    const stop = client.stopped(/^breakpoint$/);
    await client.hitBreakpoint(scan(), kHere);
    const {threadId, frames} = await stop;
    assert.equal(frames[0]?.name, 'action');
    const locals = await client.scope(frames[0]!.id, 'Locals');
    assert.equal(locals.find(({name}) => name === 'path')?.value, '"/"');
    assert.equal(locals.find(({name}) => name === 'response')?.value, 'nil');
    const given = await client.scope(frames[0]!.id, 'NSE');
    assert.equal(given.find(({name}) => name === 'SCRIPT_NAME')?.value, '"http-methods"');

    await Promise.all([
      client.nextRequest({threadId}),
      client.assertStoppedLocation('step', {path: httpMethods, line: kCall + 1}),
    ]);
    const top = (await client.stackTraceRequest({threadId})).body.stackFrames[0]!;
    const status = await client.evaluateRequest({expression: 'response.status', frameId: top.id});
    assert.equal(status.body.result, '200');

    const [exited] = await finish(threadId);
    assert.equal(exited.body.exitCode, 0);
    assert.match(client.output, /Potentially risky methods: PUT DELETE/);
  });

  it('changes a variable that the request then uses', async () => {
    const stop = client.stopped(/^breakpoint$/);
    await client.hitBreakpoint(scan(), kHere);
    const {threadId, frames} = await stop;
    const {scopes} = (await client.scopesRequest({frameId: frames[0]!.id})).body;
    const {variablesReference} = scopes.find(({name}) => name === 'Locals')!;
    const answer = await client.setVariableRequest({variablesReference, name: 'path', value: '"/x"'});
    assert.equal(answer.body.value, '"/x"');
    await finish(threadId);
    assert.match(client.output, /Path tested: \/x/);
  });

  it('stops at the entry of an action', async () => {
    const stop = client.stopped(/^entry$|^function breakpoint$/);
    await Promise.all([client.configurationSequence(), client.launch(scan({stopOnEntry: 'action'}))]);
    const {threadId, frames} = await stop;
    assert.equal(frames[0]?.name, 'action');
    await finish(threadId);
  });

  it('tells the threads of NSE: script, host, port, state', async () => {
    const stop = client.stopped(/^breakpoint$/);
    await client.hitBreakpoint(scan(), kHere);
    const {threadId} = await stop;
    const {threads} = (await client.threadsRequest()).body;
    const thread = threads.find(({id}) => id === threadId);
    const expected = {
      name: `http-methods 127.0.0.1:${target.port}/tcp`,
      nseState: 'stopped',
      nsePhase: 'action',
      nseScript: 'http-methods',
      nseHost: '127.0.0.1',
      nsePort: target.port,
    };
    assert.deepEqual({...thread, ...expected}, thread);
    await finish(threadId);
  });

  it('stops where an error is raised', async () => {
    const script = fixture('throw.nse');
    const stop = client.stopped(/^exception$/);
    const configure = async () => {
      await client.waitForEvent('initialized');
      await client.setExceptionBreakpointsRequest({filters: ['uncaught']});
      await client.configurationDoneRequest();
    };
    await Promise.all([configure(), client.launch(scan({script}))]);
    const {threadId, frames} = await stop;
    assert.equal(frames[0]?.line, lineOf(script, 'return nothing.field'));
    await finish(threadId);
  });

  it('refuses what would touch the network', async () => {
    const stop = client.stopped(/^breakpoint$/);
    await client.hitBreakpoint(scan(), kHere);
    const {threadId, frames} = await stop;
    const question = {expression: 'nmap.new_socket()', frameId: frames[0]!.id, context: 'repl'};
    await assert.rejects(client.evaluateRequest(question), /touches the network/);
    await finish(threadId);
  });

  it('knows a misspelt attribute', async () => {
    await client.initializeRequest();
    await assert.rejects(client.launchRequest({scirpt: 'x'} as object), /did you mean 'script'/);
  });

  it('ends the scan when asked to', async () => {
    const stop = client.stopped(/^breakpoint$/);
    await client.hitBreakpoint(scan(), kHere);
    await stop;
    await Promise.all([client.waitForEvent('terminated'), client.terminateRequest()]);
    assert.doesNotMatch(client.output, /Nmap done/);
  });
});

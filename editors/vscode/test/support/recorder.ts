/**
 * usage: node recorder.js FILE PROGRAM ARGS…
 *
 * Stands between a client and an adapter, passes everything on, and writes each message into FILE
 * as scripts/check-dap-log reads it: every session of the tests is held against the schema.
 */
import {spawn} from 'node:child_process';
import {appendFileSync} from 'node:fs';
import type {Readable} from 'node:stream';
import {Frames} from './frames';

const [file, program, ...options] = process.argv.slice(2) as [string, string, ...string[]];
const adapter = spawn(program, options, {stdio: ['pipe', 'pipe', 'inherit']});

function record(stream: Readable, dir: 'in' | 'out'): void {
  // A session is a process, as its sequence numbers begin anew.
  let over = false; // what a client asks after its own disconnect nobody needs to answer
  const frames = new Frames((message) => {
    if (over) return;
    over = dir === 'in' && JSON.parse(message).command === 'disconnect';
    appendFileSync(file, `{"dir":"${dir}","session":"${process.pid}","message":${message}}\n`);
  });
  stream.on('data', (data: Buffer) => frames.push(data));
}

record(process.stdin, 'in');
record(adapter.stdout, 'out');
process.stdin.pipe(adapter.stdin);
adapter.stdout.pipe(process.stdout);
adapter.stdin.on('error', () => {}); // it ended first; its status tells
adapter.on('exit', (status) => (process.exitCode = status ?? 1));

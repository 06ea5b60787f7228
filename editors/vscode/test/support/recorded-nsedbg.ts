/** An `nsedbg` that writes down what it is told and what it says: a program in a folder of its own. */
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {nsedbg, outputFolder} from './places';

const kRecorder = path.resolve(__dirname, '../support/recorder.js');

export function recordOf(title: string): string {
  return path.join(outputFolder('messages'), `${title.replace(/\W+/g, '-')}.jsonl`);
}

export function recordedNsedbg(title: string): string {
  const log = recordOf(title);
  const folder = mkdtempSync(path.join(tmpdir(), 'nsedbg-recorded-'));
  process.on('exit', () => rmSync(folder, {recursive: true, force: true}));
  const program = path.join(folder, 'nsedbg');
  const words = [process.execPath, kRecorder, log, nsedbg()].map((word) => `'${word}'`);
  writeFileSync(program, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

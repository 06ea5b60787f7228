import * as assert from 'node:assert/strict';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {findProgram} from '../../src/program';

describe('the program nsedbg', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nsedbg-program-'));
  const program = path.join(folder, 'nsedbg');
  before(() => {
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    writeFileSync(path.join(folder, 'text'), '');
  });
  after(() => rmSync(folder, {recursive: true}));

  it('is found on the search path', () =>
    assert.deepEqual(findProgram('', `/nowhere::${folder}`), {path: program}));
  it('is found where the setting says', () =>
    assert.deepEqual(findProgram(` ${program} `, ''), {path: program}));
  it('may be named otherwise', () =>
    assert.deepEqual(findProgram('nsedbg', folder), {path: program}));
  it('is missed with a message that names the setting', () =>
    assert.deepEqual(findProgram('', '/nowhere'), {
      problem: "There is no 'nsedbg' on the search path, and the setting nsedbg.path names none.",
    }));
  it('must be a program', () => {
    const file = path.join(folder, 'text');
    assert.deepEqual(findProgram(file, ''), {
      problem: `The setting nsedbg.path names '${file}', which is not a program.`,
    });
    assert.ok('problem' in findProgram(folder, ''));
  });
});

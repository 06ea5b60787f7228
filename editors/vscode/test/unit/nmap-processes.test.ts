import * as assert from 'node:assert/strict';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import * as path from 'node:path';
import {nmapProcesses} from '../../src/nmap-processes';

describe('the processes that attach offers', () => {
  const proc = mkdtempSync(path.join(tmpdir(), 'nsedbg-proc-'));
  after(() => rmSync(proc, {recursive: true}));

  it('are nmaps, newest first', () => {
    const add = (pid: number, name: string, command: string[]) => {
      mkdirSync(path.join(proc, String(pid)));
      writeFileSync(path.join(proc, String(pid), 'comm'), `${name}\n`);
      writeFileSync(path.join(proc, String(pid), 'cmdline'), command.join('\0') + '\0');
    };
    add(7, 'nmap', ['nmap', '-sC', '192.0.2.1']);
    add(8, 'bash', ['bash']);
    add(12, 'nmap', ['/usr/bin/nmap', '-p', '80']);
    mkdirSync(path.join(proc, '13')); // ended while we looked
    assert.deepEqual(nmapProcesses(proc), [
      {pid: 12, command: '/usr/bin/nmap -p 80'},
      {pid: 7, command: 'nmap -sC 192.0.2.1'},
    ]);
  });
});

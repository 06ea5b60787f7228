/** Where the things under test are; scripts/test-editors may say otherwise. */
import {existsSync, mkdirSync, readFileSync, realpathSync} from 'node:fs';
import * as path from 'node:path';

const kRoot = path.resolve(__dirname, '../../../../..');

function place(variable: string, standard: string): string {
  const file = process.env[variable] || path.join(kRoot, standard);
  if (!existsSync(file)) throw new Error(`there is no ${file}; type: make test-editors`);
  return file;
}

export const nsedbg = () => place('NSEDBG', 'build/release/bin/nsedbg');
export const httpTarget = () => place('HTTP_TARGET', 'build/release/bin/http_target');
export const vsix = () => place('NSEDBG_VSIX', 'build/nsedbg.vsix');
export const codeServer = () => place('CODE_SERVER', 'build/code-server/node_modules/.bin/code-server');
export const fixture = (name: string) => path.join(kRoot, 'tests/scripts', name);

/** Made by the tests, looked at by people. */
export function outputFolder(name: string): string {
  const folder = path.join(kRoot, 'build/editors', name);
  mkdirSync(folder, {recursive: true});
  return folder;
}

/** The first nmap of the search path is the one that nsedbg takes; scripts/test-editors puts it there. */
function nmap(): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, 'nmap')).find((file) => existsSync(file));
  if (found === undefined) throw new Error('there is no nmap on the search path; type: make test-editors');
  return realpathSync(found);
}

export const httpMethods = path.resolve(nmap(), '../../share/nmap/scripts/http-methods.nse');

/** The number of the first line that has `text`: nmap's versions differ. */
export function lineOf(file: string, text: string): number {
  const at = readFileSync(file, 'utf8').split('\n').findIndex((line) => line.includes(text));
  if (at < 0) throw new Error(`${file} has no line with: ${text}`);
  return at + 1;
}

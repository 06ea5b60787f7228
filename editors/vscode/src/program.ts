/** Finds the program `nsedbg`, as a shell would. Knows nothing of VS Code, so that it can be tested. */
import {accessSync, constants, statSync} from 'node:fs';
import {homedir} from 'node:os';
import * as path from 'node:path';

export type Found = {path: string} | {problem: string};

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `setting` is nsedbg.path, `searchPath` is $PATH. */
export function findProgram(setting: string, searchPath: string): Found {
  const wanted = setting.trim().replace(/^~(?=\/|$)/, homedir());
  if (wanted.includes('/')) {
    if (isProgram(wanted)) return {path: wanted};
    return {problem: `The setting nsedbg.path names '${wanted}', which is not a program.`};
  }
  const name = wanted || 'nsedbg';
  const found = searchPath
    .split(path.delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => path.join(directory, name))
    .find(isProgram);
  if (found) return {path: found};
  return {problem: `There is no '${name}' on the search path, and the setting nsedbg.path names none.`};
}

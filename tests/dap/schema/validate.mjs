// usage: node validate.mjs FILE.jsonl...           (as a rule through scripts/check-dap-log)
//
// Checks recorded DAP conversations, a message a line:
//   {"dir":"in"|"out", "session":"…", "message":{…}}   "in" is client to adapter
//   {… "bad":true}                                     an "in" message that is wrong on purpose
//   {"cut":true, "session":"…"}                        the client vanished: may leave unanswered
import fs from 'node:fs';
import {LogChecker} from './checker.mjs';
import {load_schema} from './load.mjs';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node validate.mjs FILE.jsonl...');
  process.exit(2);
}
const find = load_schema();
let violations = 0;
let lines = 0;
for (const file of files) {
  const text = fs.readFileSync(file, 'utf8');
  lines += text.split('\n').filter((line) => line.trim() !== '').length;
  new LogChecker(find, (line, what) => {
    violations++;
    console.log(`${file}:${line}: ${what}`);
  }).check(text);
}
console.log(`${files.length} files, ${lines} lines, ${violations} violations`);
process.exit(violations === 0 ? 0 : 1);

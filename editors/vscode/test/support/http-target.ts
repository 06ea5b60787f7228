/** The web server that is scanned: demo/http_target.cc, on the loopback. */
import {spawn, type ChildProcess} from 'node:child_process';
import * as readline from 'node:readline';
import {httpTarget} from './places';

export class HttpTarget {
  private constructor(
    private readonly process: ChildProcess,
    readonly port: number,
  ) {}

  static async start(): Promise<HttpTarget> {
    const child = spawn(httpTarget(), ['8000'], {stdio: ['pipe', 'pipe', 'inherit']});
    const lines = readline.createInterface({input: child.stdout});
    const first = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      child.once('error', reject);
      child.once('exit', (status) => reject(new Error(`http_target ended with status ${status}`)));
    });
    return new HttpTarget(child, Number(/:(\d+)$/.exec(first)?.[1]));
  }

  /** It ends with its input. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => resolve());
      this.process.stdin?.end();
    });
  }
}

/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * A VS Code window, driven as a user drives it: keys, clicks, and what can be seen. Every wait has
 * the page's deadline; nothing sleeps.
 */
import * as path from 'node:path';
import {chromium, type Browser, type Locator, type Page} from 'playwright-core';
import {outputFolder} from '../support/places';

const kDeadlineMs = 60_000;
const kBrowserOptions = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

function seen(element: Locator): Promise<boolean> {
  return element.waitFor({timeout: 1000}).then(() => true, () => false);
}

function gone(element: Locator): Promise<boolean> {
  return element.waitFor({state: 'hidden', timeout: 1000}).then(() => true, () => false);
}

export class Workbench {
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async open(address: string): Promise<Workbench> {
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] || '/usr/bin/chromium',
      args: kBrowserOptions,
    });
    const page = await browser.newPage({viewport: {width: 1280, height: 860}});
    page.setDefaultTimeout(kDeadlineMs);
    await page.goto(address);
    await page.locator('.explorer-folders-view').waitFor();
    return new Workbench(browser, page);
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  async shoot(name: string): Promise<void> {
    await this.page.screenshot({path: path.join(outputFolder('screenshots'), `${name}.png`)});
  }

  press(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }

  /** From the explorer: quick open would lose the first keys. */
  async openFile(name: string): Promise<void> {
    const page = this.page;
    await page.locator('.explorer-folders-view .monaco-list-row', {hasText: name}).dblclick();
    await page.locator('.tab.active', {hasText: name}).waitFor();
    await page.locator('.editor-instance .view-lines .view-line').first().waitFor();
  }

  async goToLine(line: number): Promise<void> {
    await this.press('Control+g');
    await this.answer(`:${line}`);
    await this.waitForCursorAt(line);
  }

  async waitForCursorAt(line: number): Promise<void> {
    const number = this.page.locator('.line-numbers.active-line-number');
    await number.getByText(String(line), {exact: true}).waitFor();
  }

  /** A VS Code that has just started does not take breakpoints yet. It does when it hints at one. */
  async setBreakpoint(line: number): Promise<void> {
    await this.goToLine(line);
    const number = (await this.page.locator('.line-numbers.active-line-number').boundingBox())!;
    const hint = this.page.locator('.editor-instance .codicon-debug-hint').first();
    await this.until(`there is a hint of a breakpoint beside line ${line}`, async () => {
      for (const x of [number.x + 2, number.x - 8]) await this.page.mouse.move(x, number.y + 8);
      return seen(hint);
    });
    await this.page.locator('.editor-instance .monaco-editor.focused').waitFor();
    await this.press('F9');
    await this.page.locator('.editor-instance .codicon-debug-breakpoint').first().waitFor();
  }

  /** For what must be tried again, as there is no sign of when it will work. */
  private async until(what: string, attempt: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + kDeadlineMs;
    while (!(await attempt())) {
      if (Date.now() > deadline) throw new Error(`not so in ${kDeadlineMs} ms: ${what}`);
    }
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The box that VS Code asks things in. */
  get question(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type=text]');
  }

  /** A box may still be about to fill itself in, and checks what is typed before it goes. */
  async answer(text: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget');
    await this.question.waitFor();
    await this.until(`the box takes ${text}`, async () => {
      const answered = this.question.fill(text, {timeout: 1000}).then(() => this.press('Enter'));
      await answered.catch(() => {}); // it went away meanwhile
      return gone(box);
    });
  }

  /** The line that the yellow arrow points to. */
  async waitForStopAt(line: number): Promise<void> {
    await this.page.waitForFunction((wanted) => {
      const margin = '.editor-instance .margin';
      const arrow = document.querySelector<HTMLElement>(`${margin} [class*=debug-stackframe]`);
      return [...document.querySelectorAll<HTMLElement>(`${margin} .line-numbers`)].some(
        (number) =>
          number.textContent === String(wanted) &&
          number.parentElement?.style.top === arrow?.style.top,
      );
    }, line);
  }

  /** A view of the side bar, unfolded or folded. */
  private header(view: string): Locator {
    return this.page.locator(`.pane-header[aria-label^="${view}"]`);
  }

  async fold(view: string, unfolded: boolean): Promise<void> {
    const header = this.header(view);
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== String(unfolded)) await header.click();
  }

  /** `text` is matched against what is seen of the row, its parts with a space between. */
  row(view: string, text: string | RegExp): Locator {
    const pane = this.page.locator('.pane', {has: this.header(view)});
    return pane.locator('.monaco-list-row').filter({hasText: text}).first();
  }

  /** Opens or closes the row of a tree: again, if that was drawn anew and the click went astray. */
  async foldRow(view: string, text: string | RegExp, unfolded: boolean): Promise<void> {
    const row = this.row(view, text);
    const done = row.and(this.page.locator(`[aria-expanded="${unfolded}"]`));
    for (let attempt = 1; !(await done.isVisible()); ++attempt) {
      await row.locator('.monaco-tl-twistie').click();
      const settled = done.waitFor({timeout: 5000});
      await (attempt < 5 ? settled.catch(() => undefined) : settled);
    }
  }

  async setVariable(name: string, value: string): Promise<void> {
    await this.row('Variables', new RegExp(`^${name} =`)).dblclick();
    const box = this.page.locator('.debug-variables .inputBoxContainer input');
    await box.fill(value);
    await box.press('Enter');
    await box.waitFor({state: 'hidden'});
  }

  async hover(line: string, word: string): Promise<string> {
    const text = this.page.locator('.editor-instance .view-line', {hasText: line});
    await text.locator('span > span', {hasText: word}).last().hover();
    const box = this.page.locator('.debug-hover-widget .value');
    await box.first().waitFor();
    return box.first().innerText();
  }

  /** What the debug console shows, once it shows `text`. */
  async waitForConsole(text: string): Promise<void> {
    await this.page.locator('.repl .monaco-list-row', {hasText: text}).first().waitFor();
  }

  async waitForText(text: string): Promise<void> {
    await this.page.locator('.editor-instance .view-line', {hasText: text}).first().waitFor();
  }

  async evaluate(expression: string): Promise<void> {
    // At its left: a notification may cover its right.
    await this.page.locator('.repl-input-wrapper .monaco-editor').click({position: {x: 20, y: 8}});
    await this.page.keyboard.type(expression);
    await this.press('Enter');
  }

  /** While a session lives there is a call stack. */
  waitForEnd(): Promise<void> {
    return this.page.locator('.debug-call-stack').waitFor({state: 'hidden'});
  }

  /** Errors that popped up. js-debug, which comes with VS Code, has one of its own at every first F5. */
  async complaints(): Promise<string[]> {
    const toasts = this.page.locator('.notification-toast', {has: this.page.locator('.codicon-error')});
    return (await toasts.allInnerTexts()).filter((text) => !text.includes('package.json'));
  }

  async widenSideBar(pixels: number): Promise<void> {
    const box = (await this.page.locator('.part.sidebar').boundingBox())!;
    const middle = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, middle);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + pixels, middle, {steps: 5});
    await this.page.mouse.up();
  }
}

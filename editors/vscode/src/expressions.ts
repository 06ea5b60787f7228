/** Which expression of a line of Lua the mouse means. Knows nothing of VS Code, so it can be tested. */

export interface Span {
  start: number;
  end: number;
}

const kKeywords = new Set(
  ('and break do else elseif end false for function goto if in local nil not or repeat return ' +
    'then true until while').split(' '),
);
/** A string that is an index stays: `header["allow"]`. Any other is text, and so are comments. */
const kIndexOrText = /\[\s*(?:"[^"\\]*"|'[^'\\]*')\s*\]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|--.*/g;
/** A name that is no field, and the fields of it: `a.b["c"][1]`. */
const kChain = /(?<![\w:]|(?<!\.)\.)[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:"[^"\\]*"|'[^'\\]*'|\d+)\])*/g;
const kLink = /^[A-Za-z_]\w*|\.[A-Za-z_]\w*|\[[^\]]*\]/g;

function withoutText(line: string): string {
  return line.replace(kIndexOrText, (found) => (found.startsWith('[') ? found : ' '.repeat(found.length)));
}

function chains(line: string): {start: number; text: string}[] {
  return [...withoutText(line).matchAll(kChain)]
    .map((found) => ({start: found.index, text: found[0]}))
    .filter(({text}) => !kKeywords.has(text));
}

/** The name or field under `column`, with all that stands before it: `a.b` for the b of `a.b.c`. */
export function expressionAt(line: string, column: number): Span | undefined {
  for (const {start, text} of chains(line)) {
    if (column < start || column > start + text.length) continue;
    for (const link of text.matchAll(kLink)) {
      const end = start + link.index + link[0].length;
      if (column <= end) return {start, end};
    }
  }
  return undefined;
}

/** The names of a line whose value is short enough to tell: not those of libraries and functions. */
export function namesOf(line: string): Span[] {
  return chains(line)
    .filter(({start, text}) => /^\w+$/.test(text) && !/^\s*[:([{"']/.test(line.slice(start + text.length)))
    .map(({start, text}) => ({start, end: start + text.length}));
}

const indentation = (line: string) => line.search(/\S|$/);

/** The line in which the function around `line` begins, as it is usually indented. */
export function functionStart(lines: string[], line: number): number {
  let depth = indentation(lines[line] ?? '');
  for (let at = line - 1; at >= 0; at--) {
    const text = lines[at] ?? '';
    if (text.trim() === '' || indentation(text) >= depth) continue;
    depth = indentation(text);
    if (/\bfunction\b/.test(text)) return at;
  }
  return line;
}

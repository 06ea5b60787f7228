/** Tables a page at a time, as they may be huge. Knows nothing of VS Code, so that it can be tested. */
import type {DebugProtocol} from '@vscode/debugprotocol';

const kPage = 100;

/** A value, or the rest of a table that has more than a page. */
export type Node = {variable: DebugProtocol.Variable} | {rest: Page; left: number};

export interface Page {
  reference: number;
  start: number;
  total: number;
}

export type ReadVariables = (
  range: DebugProtocol.VariablesArguments,
) => Promise<DebugProtocol.Variable[]>;

/** The first page of a value that has children. */
export function pageOf(value: {
  variablesReference: number;
  indexedVariables?: number;
  namedVariables?: number;
}): Page {
  const total = (value.indexedVariables ?? 0) + (value.namedVariables ?? 0);
  return {reference: value.variablesReference, start: 0, total};
}

export async function readPage(read: ReadVariables, page: Page): Promise<Node[]> {
  const {reference, start, total} = page;
  const variables = await read({variablesReference: reference, start, count: kPage});
  const nodes: Node[] = variables.map((variable) => ({variable}));
  const next = start + kPage;
  if (next < total) nodes.push({rest: {...page, start: next}, left: total - next});
  return nodes;
}

/** What a hover evaluates, and which values appear at the end of lines while stopped. */
import * as vscode from 'vscode';
import {expressionAt, functionStart, namesOf} from './expressions';

const kLanguages = ['nse', 'lua'];

const hover: vscode.EvaluatableExpressionProvider = {
  provideEvaluatableExpression(document, position) {
    const span = expressionAt(document.lineAt(position.line).text, position.character);
    if (!span) return undefined;
    return new vscode.EvaluatableExpression(
      new vscode.Range(position.line, span.start, position.line, span.end),
    );
  },
};

/** Lines of this function that have happened; names that are no variables VS Code drops. */
const inline: vscode.InlineValuesProvider = {
  provideInlineValues(document, visible, context) {
    const stopped = context.stoppedLocation.end.line;
    const lines = document.getText().split('\n');
    const first = Math.max(visible.start.line, functionStart(lines, stopped));
    const values: vscode.InlineValue[] = [];
    for (let line = first; line <= Math.min(visible.end.line, stopped); line++) {
      for (const {start, end} of namesOf(document.lineAt(line).text)) {
        values.push(new vscode.InlineValueVariableLookup(new vscode.Range(line, start, line, end)));
      }
    }
    return values;
  },
};

export function registerExpressionProviders(): vscode.Disposable[] {
  return [
    vscode.languages.registerEvaluatableExpressionProvider(kLanguages, hover),
    vscode.languages.registerInlineValuesProvider(kLanguages, inline),
  ];
}

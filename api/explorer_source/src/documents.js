// GraphiQL sends every tab whole, and the server takes one operation a request: keep the chosen one and the fragments it uses.
import { parse, print, separateOperations } from 'graphql';

export function onlyChosen(parameters) {
  let document;
  try { document = parse(parameters.query, { noLocation: true }); } catch { return parameters; }
  const operations = document.definitions.filter((node) => node.kind === 'OperationDefinition');
  if (operations.length < 2) return parameters;
  const chosen = separateOperations(document)[parameters.operationName ?? ''];
  return chosen ? { ...parameters, query: print(chosen) } : parameters;
}

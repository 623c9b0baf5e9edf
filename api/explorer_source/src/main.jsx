// The explorer: GraphiQL on either endpoint, with a token and saved documents for each kind of user.
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import 'graphiql/graphiql.css';
import './explorer.css';
import { EXAMPLES } from './examples.js';
import { createFetcher } from './fetcher.js';
import { onlyChosen } from './documents.js';

const ENDPOINTS = { staff: '/graphql', portal: '/portal/graphql' };
const TOKEN_KEY = (endpoint) => `kopru:token:${endpoint}`;
const WELCOME = '# Choose an example above, or write an operation and press Ctrl-Enter.\n\nquery Viewer {\n  viewer {\n    serverTime\n  }\n}\n';

// Tokens live for the tab only; GraphiQL's own storage (queries, layout) is kept apart for each endpoint.
const readToken = (endpoint) => window.sessionStorage.getItem(TOKEN_KEY(endpoint)) ?? '';
const storageFor = (endpoint) => ({
  getItem: (key) => window.localStorage.getItem(`kopru:${endpoint}:${key}`),
  setItem: (key, value) => window.localStorage.setItem(`kopru:${endpoint}:${key}`, value),
  removeItem: (key) => window.localStorage.removeItem(`kopru:${endpoint}:${key}`),
  clear: () => window.localStorage.clear(),
  get length() { return window.localStorage.length; },
});

function Explorer() {
  const [endpoint, setEndpoint] = useState(() => (window.location.hash === '#portal' ? 'portal' : 'staff'));
  const [token, setToken] = useState(() => readToken(endpoint));
  const [typed, setTyped] = useState(token);
  const [example, setExample] = useState(null);
  const fetcher = useMemo(() => {
    const send = createFetcher(ENDPOINTS[endpoint], () => readToken(endpoint));
    return (parameters, options) => send(onlyChosen(parameters), options);
  }, [endpoint]);
  const storage = useMemo(() => storageFor(endpoint), [endpoint]);

  function chooseEndpoint(name) {
    window.history.replaceState(null, '', `#${name}`);
    setExample(null);
    setEndpoint(name);
    setToken(readToken(name));
    setTyped(readToken(name));
  }
  function keepToken() {
    const bare = typed.trim().replace(/^bearer\s+/i, '');
    window.sessionStorage.setItem(TOKEN_KEY(endpoint), bare);
    setTyped(bare);
    setToken(bare); // asks for the schema again: what it shows may depend on who asks
  }
  function chooseExample(name) {
    const found = EXAMPLES[endpoint].flatMap((group) => group.documents).find((document) => document.name === name);
    if (found) setExample({ ...found, opened: Date.now() });
  }

  return (
    <div className="kopru">
      <header className="kopru-bar">
        <strong>Köprü</strong>
        <label>Endpoint
          <select value={endpoint} onChange={(event) => chooseEndpoint(event.target.value)}>
            <option value="staff">Staff · {ENDPOINTS.staff}</option>
            <option value="portal">Portal · {ENDPOINTS.portal}</option>
          </select>
        </label>
        <label>Token
          <input type="password" autoComplete="off" spellCheck="false" placeholder="Bearer token, kept for this tab" value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={keepToken} onKeyDown={(event) => event.key === 'Enter' && keepToken()} />
        </label>
        <label>Example
          <select value={example?.name ?? ''} onChange={(event) => chooseExample(event.target.value)}>
            <option value="" disabled>Choose …</option>
            {EXAMPLES[endpoint].map((group) => (
              <optgroup key={group.persona} label={group.persona}>
                {group.documents.map((document) => <option key={document.name} value={document.name}>{document.title}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
      </header>
      <div className="kopru-body">
        <GraphiQL
          key={`${endpoint}:${example?.name ?? ''}:${example?.opened ?? ''}:${token}`}
          fetcher={fetcher}
          storage={storage}
          defaultQuery={WELCOME}
          isHeadersEditorEnabled={false}
          {...(example ? { query: example.query, variables: example.variables, operationName: example.name } : {})}
        >
          <GraphiQL.Logo><span /></GraphiQL.Logo>
        </GraphiQL>
      </div>
    </div>
  );
}

createRoot(document.getElementById('explorer')).render(<Explorer />);

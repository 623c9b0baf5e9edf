// Sends operations: queries and mutations by POST, subscriptions over graphql-transport-ws.
import { createClient } from 'graphql-ws';

const JSON_TYPE = 'application/json';

export function createFetcher(path, readToken) {
  const sockets = new Map(); // one a token, so that a changed token is used at once

  function socket(token) {
    if (!sockets.has(token)) {
      for (const [other, client] of sockets) { client.dispose(); sockets.delete(other); }
      const url = new URL(path, window.location.href);
      url.protocol = url.protocol.replace('http', 'ws');
      sockets.set(token, createClient({ url: url.href, connectionParams: token ? { authorization: `Bearer ${token}` } : {}, retryAttempts: 3 }));
    }
    return sockets.get(token);
  }

  async function post(parameters, headers) {
    const token = readToken();
    const answer = await fetch(path, {
      method: 'POST',
      // With a token the browser's own session stays out of it; without one, the session is who asks.
      credentials: token ? 'omit' : 'same-origin',
      headers: {
        'content-type': JSON_TYPE,
        accept: `application/graphql-response+json, ${JSON_TYPE};q=0.9`,
        'graphql-preflight': '1',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: JSON.stringify(parameters),
    });
    return answer.json();
  }

  return (parameters, options = {}) => {
    if (isSubscription(parameters, options.documentAST)) return socket(readToken()).iterate(parameters);
    return post(parameters, options.headers);
  };
}

function isSubscription({ operationName }, document) {
  const operations = (document?.definitions ?? []).filter((node) => node.kind === 'OperationDefinition');
  const chosen = operations.find((node) => node.name?.value === operationName) ?? operations[0];
  return chosen?.operation === 'subscription';
}

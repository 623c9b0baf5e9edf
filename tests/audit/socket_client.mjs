// Runs a query, a subscription and a failing subscription with the graphql-ws client and prints what came of each as JSON.
// Usage: node socket_client.mjs URL
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const client = createClient({ url: process.argv[2], webSocketImpl: WebSocket, connectionParams: { token: 'auditor' }, retryAttempts: 0 });

async function collect(query) {
  const results = [];
  try {
    for await (const result of client.iterate({ query })) results.push(result);
    return { results };
  } catch (error) {
    return { results, errors: error };
  }
}

const outcome = {
  query: await collect('{ who }'),
  subscription: await collect('subscription { count(to: 2) }'),
  invalid: await collect('{ nothing }'),
};
await client.dispose();
console.log(JSON.stringify(outcome));

// Runs the audits of graphql-http against a URL and prints one JSON object: how many ended how, and those that are not ok.
// Usage: node http_audits.mjs URL [TOKEN]
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);
const fetchFn = token
  ? (input, init = {}) => fetch(input, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } })
  : fetch;

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
const findings = [];
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  counts[result.status] += 1;
  if (result.status !== 'ok') findings.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason });
}
console.log(JSON.stringify({ counts, findings }));

/** What docs/functions.md takes from a file. */
export default (request: { query: Record<string, string> }): { currency?: string; cents: number } => (
  { currency: process.env.CURRENCY, cents: Number(request.query.count) * 250 }
);

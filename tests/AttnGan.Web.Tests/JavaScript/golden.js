import { readFileSync } from 'node:fs';

/** What the library computes: GoldenValueTests keeps the file so. */
export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8'));

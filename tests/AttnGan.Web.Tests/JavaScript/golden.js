import { readFileSync } from 'node:fs';

/** Values of the library; GoldenValueTests keeps the file up to date. */
export const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8'));

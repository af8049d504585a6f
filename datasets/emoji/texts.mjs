// The README and the license file of the dataset.

export const readmeText = ({ profile, size, seed, counts }) => `# Emoji images with captions

${counts.images} drawings of ${counts.emoji} emoji as PNG files of ${size} x ${size} pixels on white, with
${counts.captions} captions of ${counts.words} different words; ${counts.recolored} of them are recolored. Built by the
recipe in \`datasets/emoji\` (profile ${profile}, seed ${seed}), whose README documents the format. \`LICENSES.md\`
lists the artists and the licenses.
`;

export const licensesText = (versions) => `# Licenses and attribution

The images are made from emoji drawings by three artists. Each image's \`style\` in
\`metadata.jsonl\` says whose it is. They were modified: scaled, laid on white and rasterized; where
\`recolored\` is true, the main color was changed too.

| style | drawings | license |
| --- | --- | --- |
| \`twemoji\` | Twemoji, Copyright Twitter, Inc and other contributors, https://github.com/jdecked/twemoji | CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ |
| \`noto\` | Noto Emoji, Copyright Google Inc, https://github.com/googlefonts/noto-emoji | Apache License 2.0, \`LICENSE-APACHE-2.0.txt\` |
| \`fluent\` | Fluent Emoji (flat), Copyright Microsoft Corporation, https://github.com/microsoft/fluentui-emoji | MIT |

They were taken from the npm packages \`@iconify-json/twemoji\` ${versions['@iconify-json/twemoji']},
\`@iconify-json/noto\` ${versions['@iconify-json/noto']} and
\`@iconify-json/fluent-emoji-flat\` ${versions['@iconify-json/fluent-emoji-flat']}, each of which declares the license above.

The captions are composed from names and tags of \`emojibase-data\` ${versions['emojibase-data']},
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

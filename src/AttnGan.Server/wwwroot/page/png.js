// PNG files with the metadata of the library's files (see its PngChunks and XmpPacket). Canvases can write PNG files too, but
// browsers with fingerprinting protection change the pixels.

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const headerEnd = 8 + 12 + 13;
const xmpKeyword = 'XML:com.adobe.xmp';
const encoder = new TextEncoder();

/** Encodes an image of (S, S, 4) bytes, without its alpha channel. */
export async function encodePng(rgba, size) {
  const rows = new Uint8Array(size * (1 + 3 * size));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const target = y * (1 + 3 * size) + 1 + 3 * x;
      rows.set(rgba.subarray(4 * (y * size + x), 4 * (y * size + x) + 3), target);
    }
  }

  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, size);
  view.setUint32(4, size);
  // 8 bits per channel, RGB.
  header.set([8, 2], 8);
  return concat([Uint8Array.from(signature), chunk('IHDR', header), chunk('IDAT', await deflate(rows)), chunk('IEND', new Uint8Array(0))]);
}

/**
 * Adds metadata to a file, before the pixels. A file that has XMP metadata is returned unchanged.
 * @param {Uint8Array} png
 * @param {{caption: string, seed: number, style?: string, model: string, software: string, readings?: string}} metadata
 */
export function describePng(png, { caption, seed, style, model, software, readings = '' }) {
  if (hasXmp(png)) {
    return png;
  }

  const [text, name, tool] = [caption, model, software].map(clean);
  return concat([
    png.subarray(0, headerEnd),
    textChunk(xmpKeyword, xmpPacket(text, seed, clean(style ?? ''), name, tool, clean(readings))),
    textChunk('Description', text),
    textChunk('Software', tool),
    png.subarray(headerEnd),
  ]);
}

/** Returns a word and the known word that it is read as, as the library writes them. */
export function describeReading({ word, known }) {
  return `${word}, read as ${known}`;
}

/** Returns the file name of an image: a-red-heart-s42.png. */
export function imageName(caption, seed) {
  const words = caption.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? ['image'];
  let stem = words.join('-');
  // File systems allow 255 bytes.
  while (encoder.encode(stem).length > 160) {
    stem = [...stem].slice(0, -1).join('');
  }

  return `${stem.replace(/-+$/, '')}-s${seed}.png`;
}

function hasXmp(png) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = 8; at + 12 <= png.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (type === 'iTXt' && String.fromCharCode(...png.subarray(at + 8, at + 8 + xmpKeyword.length)) === xmpKeyword) {
      return true;
    }
  }

  return false;
}

/** An uncompressed iTXt chunk without language or translated keyword. */
function textChunk(keyword, text) {
  return chunk('iTXt', concat([encoder.encode(`${keyword}\0\0\0\0\0`), encoder.encode(text)]));
}

function xmpPacket(caption, seed, style, model, software, readings) {
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:attngan="attngan:ns:1.0/">
      <dc:description>
        <rdf:Alt>
          <rdf:li xml:lang="x-default">${escape(caption)}</rdf:li>
        </rdf:Alt>
      </dc:description>
      <xmp:CreatorTool>${escape(software)}</xmp:CreatorTool>
      <attngan:Seed>${seed}</attngan:Seed>${style && `
      <attngan:Style>${escape(style)}</attngan:Style>`}
      <attngan:Model>${escape(model)}</attngan:Model>${readings && `
      <attngan:Readings>${escape(readings)}</attngan:Readings>`}
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

/** Removes characters that XML does not allow: control characters and lone surrogates. */
function clean(text) {
  return [...text].filter((character) => {
    const code = character.codePointAt(0);
    return code === 9 || code === 10 || code === 13
      || (code >= 0x20 && code < 0xd800) || (code >= 0xe000 && code < 0xfffe) || code > 0xffff;
  }).join('');
}

function escape(text) {
  return text.replace(/[<>&\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function deflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type, data) {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(encoder.encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }

  return (crc ^ 0xffffffff) >>> 0;
}

function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }

  return whole;
}

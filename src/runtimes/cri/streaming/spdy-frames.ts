/**
 * The frames of SPDY/3.1 that the streaming of the CRI uses. Engines speak it for commands with streams; their WebSockets cannot tell
 * the end of the input (only version 5 of that protocol can, and engines in use do not have it).
 */
export type Frame =
  | { readonly type: 'data'; readonly streamID: number; readonly isLast: boolean; readonly data: Buffer }
  | { readonly type: 'reset'; readonly streamID: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'goaway' }
  | { readonly type: 'other' };

/** Opens a stream with these headers. `isFirst`: it is the connection's first one. */
export function synStream(streamID: number, headers: Readonly<Record<string, string>>, isFirst: boolean): Buffer {
  const block = headerBlock(headers, isFirst);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt32BE(streamID, 0);
  return controlFrame(ControlType.synStream, Buffer.concat([fixed, block]));
}

export function dataFrame(streamID: number, data: Uint8Array, isLast: boolean): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(streamID, 0);
  head.writeUInt32BE(((isLast ? finFlag : 0) << 24) | data.length, 4);
  return Buffer.concat([head, data]);
}

export function pingFrame(id: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(id);
  return controlFrame(ControlType.ping, body);
}

/** Cuts what arrives into frames; `push` gives those that are complete. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    let offset = 0;
    while (bytes.length - offset >= headLength) {
      const end = offset + headLength + bytes.readUIntBE(offset + 5, 3);
      if (bytes.length < end) break;
      frames.push(parseFrame(bytes.subarray(offset, end)));
      offset = end;
    }
    this.#rest = bytes.subarray(offset);
    return frames;
  }
}

const headLength = 8;
const finFlag = 1;
const controlBit = 0x8000;
const version = 3;
const ControlType = { synStream: 1, reset: 3, ping: 6, goaway: 7 } as const;

function parseFrame(frame: Buffer): Frame {
  const body = frame.subarray(headLength);
  if ((frame.readUInt16BE(0) & controlBit) === 0) {
    return { type: 'data', streamID: frame.readUInt32BE(0), isLast: (frame.readUInt8(4) & finFlag) !== 0, data: body };
  }
  switch (frame.readUInt16BE(2)) {
    case ControlType.reset:
      return { type: 'reset', streamID: body.readUInt32BE(0) & 0x7fffffff };
    case ControlType.ping:
      return { type: 'ping', id: body.readUInt32BE(0) };
    case ControlType.goaway:
      return { type: 'goaway' };
    default:
      return { type: 'other' };
  }
}

function controlFrame(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUInt16BE(controlBit | version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

/**
 * Names and values, each with its length before it, as a part of the connection's one zlib stream. Stored blocks compress nothing and
 * so need neither the dictionary of SPDY nor a state of their own; the empty one at the end flushes.
 */
function headerBlock(headers: Readonly<Record<string, string>>, isFirst: boolean): Buffer {
  const entries = Object.entries(headers);
  const plain = Buffer.concat([
    uint32(entries.length),
    ...entries.flat().flatMap((text) => [uint32(Buffer.byteLength(text)), Buffer.from(text)]),
  ]);
  const sizes = Buffer.alloc(5);
  sizes.writeUInt16LE(plain.length, 1);
  sizes.writeUInt16LE(~plain.length & 0xffff, 3);
  return Buffer.concat([isFirst ? zlibHeader : Buffer.alloc(0), sizes, plain, emptyBlock]);
}

const zlibHeader = Buffer.from([0x78, 0x01]);
const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

import { createInflate } from 'node:zlib';
import { expect, test } from 'vitest';
import { dataFrame, FrameReader, pingFrame, synStream } from '../../../../src/runtimes/cri/streaming/spdy-frames.ts';

test('frames come out as they went in, however they are cut', () => {
  const goaway = Buffer.from('8003000700000008000000000000000000', 'hex').subarray(0, 16);
  const reset = Buffer.from('80030003000000080000000500000001', 'hex');
  const bytes = Buffer.concat([
    dataFrame(3, Buffer.from('hello'), false),
    pingFrame(7),
    reset,
    dataFrame(1, new Uint8Array(), true),
    goaway,
  ]);
  const whole = [
    { type: 'data', streamID: 3, isLast: false, data: Buffer.from('hello') },
    { type: 'ping', id: 7 },
    { type: 'reset', streamID: 5 },
    { type: 'data', streamID: 1, isLast: true, data: Buffer.alloc(0) },
    { type: 'goaway' },
  ];
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new FrameReader();
    const frames = [];
    for (let offset = 0; offset < bytes.length; offset += size) frames.push(...reader.push(bytes.subarray(offset, offset + size)));
    expect(frames).toEqual(whole);
  }
});

test('headers of one connection are one zlib stream, each block readable when it arrives', async () => {
  const inflate = createInflate();
  const read: string[] = [];
  inflate.on('data', (chunk: Buffer) => read.push(chunk.toString('latin1')));
  for (const [id, role] of [
    [1, 'error'],
    [3, 'stdout'],
  ] as const) {
    const frame = synStream(id, { streamtype: role }, id === 1);
    expect([frame.readUInt16BE(0), frame.readUInt16BE(2), frame.readUInt32BE(4), frame.readUInt32BE(8)]).toEqual([
      0x8003,
      1,
      frame.length - 8,
      id,
    ]);
    inflate.write(frame.subarray(18));
    const text = `\0\0\0\x01\0\0\0\x0astreamtype\0\0\0${String.fromCharCode(role.length)}${role}`;
    await expect.poll(() => read.join('')).toBe(text);
    read.length = 0;
  }
});

import { expect, test } from 'vitest';
import { FrameReader } from '../../../src/runtimes/docker/frames.ts';
import { TimedReader } from '../../../src/runtimes/docker/timed-reader.ts';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const content = Buffer.concat([frame(1, 'out\n'), frame(2, 'problem\n'), frame(1, ''), frame(1, 'end')]);

test('frames are read however they come in chunks', () => {
  for (let size = 1; size <= content.length; size++) {
    const text = { stdout: '', stderr: '' };
    const reader = new FrameReader((stream, payload) => (text[stream] += Buffer.from(payload).toString()));
    for (let start = 0; start < content.length; start += size) reader.push(content.subarray(start, start + size));
    expect(text).toEqual({ stdout: 'out\nend', stderr: 'problem\n' });
  }
});

const first = '2026-01-02T03:04:05.000000001Z';
const second = '2026-01-02T03:04:05.000000002Z';
const time = BigInt(Date.parse('2026-01-02T03:04:05Z')) * 1_000_000n;

test('entries of a log give their time, and only what is later is given', () => {
  for (const size of [1, 7, 1000]) {
    const log = Buffer.concat([frame(1, `${first} one\n`), frame(2, `${second} two\n`), frame(2, `${second} three`)]);
    const entries: unknown[] = [];
    const reader = new TimedReader(false, time + 1n, (stream, chunk, at) => entries.push([stream, Buffer.from(chunk).toString(), at]));
    for (let start = 0; start < log.length; start += size) reader.push(log.subarray(start, start + size));
    reader.end();
    expect(entries).toEqual([
      ['stderr', 'two\n', time + 2n],
      ['stderr', 'three', time + 2n],
    ]);
  }
});

test('with a terminal an entry is a line', () => {
  const entries: unknown[] = [];
  const reader = new TimedReader(true, undefined, (stream, chunk, at) => entries.push([stream, Buffer.from(chunk).toString(), at]));
  for (const byte of Buffer.from(`${first} one\r\n${second} tw`)) reader.push(Buffer.from([byte]));
  reader.end();
  expect(entries).toEqual([
    ['stdout', 'one\r\n', time + 1n],
    ['stdout', 'tw', time + 2n],
  ]);
});

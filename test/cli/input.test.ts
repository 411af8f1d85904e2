import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readInputs, type InputFile } from '../../src/cli/input.ts';
import { limits } from '../../src/manifest/limits.ts';
import { capturedIO } from './captured-io.ts';

async function read(args: string[], stdin = ''): Promise<InputFile[]> {
  const found: InputFile[] = [];
  for await (const input of readInputs(args, capturedIO(stdin).io.stdin)) found.push(input);
  return found;
}

let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outrider-input-'));
  await mkdir(join(folder, 'many', 'within'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  for (const name of ['b.yml', 'a.yaml', 'c.json', 'd.txt', 'within/e.yaml']) await writeFile(join(folder, 'many', name), name);
  await writeFile(join(folder, 'large.yaml'), 'x'.repeat(limits.fileBytes + 1));
  await writeFile(join(folder, 'largest.yaml'), '#'.repeat(limits.fileBytes));
  await writeFile(join(folder, 'binary.yaml'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]));
  await writeFile(join(folder, 'latin1.yaml'), Buffer.from('a: caf\xe9', 'latin1'));
  await writeFile(join(folder, 'utf16.yaml'), Buffer.from('\ufeffa: b', 'utf16le'));
  server = createServer((request, response) => {
    if (request.url === '/ok') response.end('a: b');
    else if (request.url === '/large') response.end('x'.repeat(limits.fileBytes + 1));
    else if (request.url === '/stream') {
      response.write('x'.repeat(limits.fileBytes));
      response.write('x');
      response.end();
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('readInputs', () => {
  it('reads files, folders in name order, standard input and URLs, in the order given', async () => {
    const many = join(folder, 'many');
    expect(await read([`${origin}/ok`, many, '-', join(many, 'd.txt')], 'from stdin')).toEqual([
      { file: `${origin}/ok`, text: 'a: b' },
      { file: join(many, 'a.yaml'), text: 'a.yaml' },
      { file: join(many, 'b.yml'), text: 'b.yml' },
      { file: join(many, 'c.json'), text: 'c.json' },
      { file: 'stdin', text: 'from stdin' },
      { file: join(many, 'd.txt'), text: 'd.txt' },
    ]);
  });

  it('passes over the stand-ins beside manifests', async () => {
    const many = join(folder, 'many');
    await writeFile(join(many, 'stand-ins.yaml'), 'images: {}');
    expect((await read([many, join(many, 'stand-ins.yaml')])).map(({ file }) => file)).toEqual(
      ['a.yaml', 'b.yml', 'c.json'].map((name) => join(many, name)),
    );
  });

  it('reads a file of the largest size', async () => {
    expect(await read([join(folder, 'largest.yaml')])).toEqual([
      { file: join(folder, 'largest.yaml'), text: '#'.repeat(limits.fileBytes) },
    ]);
  });

  const tooLarge = 'at most 4 MiB are read; split it into smaller files';
  it.each<[string, () => string, string]>([
    ['a file that is not there', () => join(folder, 'none.yaml'), 'no such file or folder'],
    ['a folder without manifests', () => join(folder, 'empty'), 'the folder has no *.yaml, *.yml or *.json file'],
    ['a large file', () => join(folder, 'large.yaml'), `is 4,194,305 bytes, ${tooLarge}`],
    ['an endless file', () => '/dev/zero', 'is binary (a zero byte at 0); expected YAML or JSON in UTF-8'],
    ['a binary', () => join(folder, 'binary.yaml'), 'is binary (a zero byte at 4); expected YAML or JSON in UTF-8'],
    ['another encoding', () => join(folder, 'latin1.yaml'), 'is no UTF-8 text; expected YAML or JSON in UTF-8'],
    ['UTF-16', () => join(folder, 'utf16.yaml'), 'is UTF-16; save it as UTF-8'],
    ['a page that is not there', () => `${origin}/none`, 'the server answered 404 Not Found'],
    ['a large page', () => `${origin}/large`, `is 4,194,305 bytes, ${tooLarge}`],
    ['a large page that does not say so', () => `${origin}/stream`, `is larger, ${tooLarge}`],
    ['a server that is not there', () => 'http://127.0.0.1:9/x', 'connection refused'],
  ])('says what is wrong with %s', async (_, file, problem) => {
    // fetch() refuses the port of the discard service itself.
    const expected = problem === 'connection refused' ? /: (connection refused|bad port)$/ : `${file()}: ${problem}`;
    const [input, ...more] = await read([file()]);
    expect(more).toEqual([]);
    expect(input?.problem).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });
});

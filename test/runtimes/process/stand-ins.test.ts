import { describe, expect, test } from 'vitest';
import { mergeStandIns, parseStandIns } from '../../../src/runtimes/process/stand-ins.ts';

function parse(content: unknown): Record<string, unknown> {
  return Object.fromEntries(parseStandIns(content, 'stand-ins.yaml', '/'));
}

describe('stand-ins', () => {
  test('are read whole, relative roots from the folder of their file', () => {
    const config = {
      Entrypoint: ['/app'],
      Cmd: [],
      Env: ['A=b=c', 'B='],
      WorkingDir: '/w',
      User: 'app:1',
      StopSignal: 'SIGINT',
      Root: 'usr',
    };
    expect(parse({ images: { 'a:1': config, 'b@sha256:x': {} } })).toEqual({ 'a:1': { ...config, Root: '/usr' }, 'b@sha256:x': {} });
  });

  test('of several files are one, the later file winning', () => {
    const [first, second] = [{ a: { User: '1' }, b: { User: '2' } }, { b: { User: '3' } }].map((images) =>
      parseStandIns({ images }, 'f', '/'),
    );
    expect(Object.fromEntries(mergeStandIns([first ?? new Map(), second ?? new Map()]))).toEqual({ a: { User: '1' }, b: { User: '3' } });
  });

  test.each<[unknown, string[]]>([
    [undefined, ['stand-ins.yaml: expected "images:" with image names and what stands in for them, found nothing']],
    [[], ['stand-ins.yaml: expected "images:" with image names and what stands in for them, found nothing']],
    [{ images: ['a'] }, ['stand-ins.yaml: expected "images:" with image names and what stands in for them, found a list']],
    [{ images: {}, image: {} }, ['stand-ins.yaml: unknown field "image", only "images" is known']],
    [
      { images: { a: 'sh', b: { entrypoint: [], Kind: 1 } } },
      [
        'stand-ins.yaml: images["a"]: expected the fields of an image configuration (Entrypoint, Cmd, Env, WorkingDir, User, StopSignal, Root), found "sh"',
        'stand-ins.yaml: images["b"].entrypoint: unknown field, did you mean Entrypoint?',
        'stand-ins.yaml: images["b"].Kind: unknown field, the fields are Entrypoint, Cmd, Env, WorkingDir, User, StopSignal, Root',
      ],
    ],
    [
      { images: { a: { Entrypoint: 'sh', Cmd: [1], Env: ['A'], WorkingDir: 'w', User: 7, Root: '/etc/passwd', StopSignal: 'NOPE' } } },
      [
        'stand-ins.yaml: images["a"].Entrypoint: expected a list of text, found "sh"',
        'stand-ins.yaml: images["a"].Cmd: expected a list of text, found a list',
        'stand-ins.yaml: images["a"].Env[0]: expected NAME=value, found "A"',
        'stand-ins.yaml: images["a"].WorkingDir: expected an absolute path, found "w"',
        'stand-ins.yaml: images["a"].User: expected text, found 7',
        'stand-ins.yaml: images["a"].Root: expected a folder, but /etc/passwd is none',
        'stand-ins.yaml: images["a"].StopSignal: expected the name or number of a signal, found "NOPE"',
      ],
    ],
  ])('that are wrong are told all at once: %j', (content, problems) => {
    expect(() => parse(content)).toThrow(new Error(problems.join('\n')));
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runValidate } from '../../../src/cli/commands/validate.ts';
import { conformanceLines } from '../../pod/conformance-data.ts';
import { capturedIO } from '../captured-io.ts';

interface Recorded {
  pod: { metadata?: { name?: string } };
  valid: boolean;
  decodeError: string | null;
  strict: string[] | null;
  errors: { field: string; type: string; message: string }[];
  warnings: string[] | null;
}

interface Item {
  file: string;
  name: string;
  valid: boolean;
  errors: { field: string; type: string; message: string; line: number; column: number }[];
  warnings: string[];
}

async function validate(
  files: string[],
  output: 'text' | 'json',
  stdin?: string,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { io, written } = capturedIO(stdin);
  return { exitCode: await runValidate({ files, output }, io), ...written };
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'outrider-validate-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('outrider validate', () => {
  it('says of every recorded Pod what the API server said', async () => {
    const recorded = conformanceLines<Recorded>('validation.ndjson');
    const { exitCode, stdout, stderr } = await validate(['-'], 'json', recorded.map(({ pod }) => JSON.stringify(pod)).join('\n'));
    const items = (JSON.parse(stdout) as { items: Item[] }).items;
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const found = items.map(({ name, valid, errors, warnings }) => ({
      name,
      valid,
      errors: errors.map(({ field, type, message }) =>
        type === 'StrictDecodingError' || type === 'DecodeError' ? { type, message } : { field, type, message },
      ),
      warnings,
    }));
    expect(found).toEqual(
      recorded.map(({ pod, valid, decodeError, strict, errors, warnings }) => ({
        name: typeof pod.metadata?.name === 'string' ? pod.metadata.name : '',
        valid,
        errors: [
          ...(decodeError === null ? [] : [{ type: 'DecodeError', message: decodeError }]),
          ...(strict ?? []).map((message) => ({ type: 'StrictDecodingError', message })),
          ...errors,
        ],
        warnings: warnings ?? [],
      })),
    );
    // Each Pod stands on a line of its own.
    expect(items.flatMap(({ errors }, i) => errors.filter(({ line }) => line !== i + 1))).toEqual([]);
  });

  const pod = (name: string, rest = ''): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n${rest}  containers: [{name: c, image: i}]\n`;

  it('prints one line an error, with its place', async () => {
    const file = join(folder, 'mixed.yaml');
    await writeFile(file, `${pod('a')}---\n${pod('b', '  hostnam: x\n  activeDeadlineSeconds: -1\n  imagePullSecrets: [{name: ""}]\n')}`);
    expect(await validate([file], 'text')).toEqual({
      exitCode: 1,
      stderr: '',
      stdout: `${file}:11:3: strict decoding error: unknown field "spec.hostnam"; did you mean hostname?
${file}:12:3: spec.activeDeadlineSeconds: Invalid value: -1: must be between 1 and 2147483647, inclusive
${file}:13:23: warning: spec.imagePullSecrets[0].name: invalid empty name ""
2 Pods: 1 valid, 1 invalid (2 errors), 1 warning
`,
    });
  });

  it('exits with 0 when all is valid', async () => {
    expect(await validate(['-'], 'text', pod('a'))).toEqual({ exitCode: 0, stderr: '', stdout: '1 Pod: valid\n' });
  });

  it('puts suggestions and positions into JSON', async () => {
    const { stdout } = await validate(['-'], 'json', pod('a', '  hostnam: x\n'));
    expect(JSON.parse(stdout)).toEqual({
      items: [
        {
          file: 'stdin',
          name: 'a',
          valid: false,
          errors: [
            {
              field: 'spec.hostnam',
              type: 'StrictDecodingError',
              message: 'strict decoding error: unknown field "spec.hostnam"',
              line: 5,
              column: 3,
              suggestion: 'hostname',
            },
          ],
          warnings: [],
        },
      ],
    });
  });

  it.each<[string, string, string]>([
    ['broken YAML', 'a: [\n', 'stdin:2:1: not indented as part of the quotes or brackets that are open here; is a closing one missing?\n'],
    ['binary data', 'a\0b', 'stdin: is binary (a zero byte at 1); expected YAML or JSON in UTF-8\n'],
    ['nothing', '# nothing\n', 'stdin: no Kubernetes object found\n'],
    ['text', 'hello\n', 'stdin:1:1: expected an object with apiVersion and kind, found a string\n'],
  ])('says in one line what is wrong with a file as a whole: %s', async (_, text, stderr) => {
    expect(await validate(['-'], 'text', text)).toEqual({ exitCode: 1, stdout: '', stderr });
  });

  it('goes on with the other files', async () => {
    const { exitCode, stdout, stderr } = await validate([join(folder, 'none.yaml'), '-'], 'text', pod('a'));
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 1,
      stdout: '1 Pod: valid\n',
      stderr: `${folder}/none.yaml: no such file or folder\n`,
    });
  });

  it('notes what is left out', async () => {
    const text = `${pod('a')}---\nkind: Ingress\napiVersion: networking.k8s.io/v1\n`;
    expect(await validate(['-'], 'text', text)).toEqual({
      exitCode: 0,
      stdout: '1 Pod: valid\n',
      stderr: 'note: left out, since they neither are Pods nor belong to Pods: Ingress\n',
    });
  });

  it('lets no name in a manifest break a line or reach the terminal', async () => {
    const { stdout, stderr } = await validate(['-'], 'text', 'kind: "Evil\\nkind\\e[31m"\napiVersion: x/v1\n');
    expect({ stdout, stderr }).toEqual({
      stdout: '0 Pods: valid\n',
      stderr: 'note: left out, since they neither are Pods nor belong to Pods: Evil\\u000akind\\u001b[31m\n',
    });
  });
});

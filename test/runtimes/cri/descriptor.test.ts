import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../src/runtimes/cri/proto/', import.meta.url));

/** `npx vitest run --project unit -u test/runtimes/cri/descriptor.test.ts` writes the descriptor anew after a change of the .proto files. */
test('descriptor.json is what the .proto files say', async () => {
  const root = new protobuf.Root();
  for (const name of ['cri.proto', 'containerd.proto']) protobuf.parse(readFileSync(folder + name, 'utf8'), root, { keepCase: false });
  const file = `${folder}descriptor.json`;
  const text = await format(JSON.stringify(root.toJSON()), { ...(await resolveConfig(file)), filepath: file });
  await expect(text).toMatchFileSnapshot(file);
});

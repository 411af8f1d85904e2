import { createHash } from 'node:crypto';
import type { ContainerdApi, ContentDescriptor } from '../containerd-api.ts';
import { Code, hasCode } from '../grpc/call-error.ts';

/** Puts a blob into containerd's content store as it comes; what is there already is no error. */
export async function writeContent(
  content: ContainerdApi['content'],
  ref: string,
  blob: AsyncIterable<Buffer> | Buffer,
  labels: Readonly<Record<string, string>> = {},
): Promise<Omit<ContentDescriptor, 'mediaType'> & { readonly start: Buffer }> {
  const exchange = content.exchange('Write');
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  let offset = 0;
  try {
    await exchange.ask({ action: 'STAT', ref });
    for await (const data of Buffer.isBuffer(blob) ? [blob] : blob) {
      if (start.length < 4) start = Buffer.concat([start, data.subarray(0, 4)]);
      hash.update(data);
      // A piece of a file's read buffer, far below what a message may hold.
      await exchange.ask({ action: 'WRITE', offset, data });
      offset += data.length;
    }
    const digest = `sha256:${hash.digest('hex')}`;
    await exchange.ask({ action: 'COMMIT', offset, total: offset, expected: digest, labels }).catch((error: unknown) => {
      if (!hasCode(error, Code.AlreadyExists)) throw error;
    });
    return { digest, size: offset, start };
  } finally {
    exchange.end();
  }
}

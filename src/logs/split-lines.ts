/** The lines of a stream of chunks, without their newlines; what stands behind the last newline is left out. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let newline = chunk.indexOf(10); newline !== -1; newline = chunk.indexOf(10, start)) {
      yield rest.length === 0 ? chunk.subarray(start, newline) : Buffer.concat([...rest, chunk.subarray(start, newline)]);
      rest = [];
      start = newline + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
}

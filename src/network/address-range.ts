/**
 * Addresses for Services, in the order in which they are to be tried: of 198.19.0.0/16, which RFC 2544 keeps off every real network,
 * beginning at a place that depends on `key` alone, so that a Service mostly gets the same one again. Left out is what the machine
 * has a route to (`routeTable`, as /proc/net/route shows it) and what one of its interfaces has (`taken`).
 */
export function* candidateAddresses(key: string, routeTable: string, taken: ReadonlySet<string>): Generator<string> {
  const routes = parseRoutes(routeTable);
  const start = hash(key);
  for (let index = 0; index < size; index++) {
    const offset = (start + index) % size;
    const last = offset % perBlock;
    const address = `198.19.${(offset - last) / perBlock}.${last + 1}`;
    const bits = (198 << 24) | (19 << 16) | (((offset - last) / perBlock) << 8) | (last + 1);
    if (!taken.has(address) && !routes.some(({ destination, mask }) => (bits & mask) === destination)) yield address;
  }
}

/** Without .0 and .255, which some programs take for a network and a broadcast. */
const perBlock = 254;
const size = 256 * perBlock;

interface Route {
  readonly destination: number;
  readonly mask: number;
}

/** Without routes to a great part of all addresses: those are default routes, however they are written. */
function parseRoutes(table: string): Route[] {
  return table.split('\n').flatMap((line) => {
    const fields = line.split('\t');
    const mask = fromHex(fields[7]);
    const destination = fromHex(fields[1]);
    if (mask === undefined || destination === undefined || (mask & 0x00ff0000) === 0) return [];
    return [{ destination, mask }];
  });
}

/** An address as the kernel shows it, its bytes in reverse on little-endian machines. */
function fromHex(field = ''): number | undefined {
  if (!/^[0-9A-F]{8}$/.test(field)) return undefined;
  const bytes = Buffer.from(field, 'hex');
  return isLittleEndian ? bytes.readInt32LE() : bytes.readInt32BE();
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}

import { digest, packImage, type TestImage } from './test-image.ts';

/** Puts the image into a registry over plain HTTP; gives the digest of its manifest. */
export async function pushImage(
  registry: string,
  repository: string,
  tag: string,
  image: TestImage,
  login?: { readonly username: string; readonly password: string },
): Promise<string> {
  const base = `http://${registry}/v2/${repository}`;
  const authorization = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const send = async (method: string, url: string | URL, body: Buffer, type: string): Promise<Response> => {
    const headers = { 'Content-Type': type, ...(authorization !== undefined && { authorization }) };
    const response = await fetch(url, { method, body: new Uint8Array(body), headers });
    if (!response.ok) throw new Error(`the registry answers ${response.status}`);
    return response;
  };
  const { manifest, mediaType, config, layer } = packImage(image);
  for (const blob of [config, layer]) {
    const upload = await send('POST', `${base}/blobs/uploads/`, Buffer.of(), 'application/octet-stream');
    const place = new URL(upload.headers.get('location') ?? '', base);
    place.searchParams.set('digest', digest(blob));
    await send('PUT', place, blob, 'application/octet-stream');
  }
  await send('PUT', `${base}/manifests/${tag}`, manifest, mediaType);
  return digest(manifest);
}

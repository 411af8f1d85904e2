import { RuntimeError, type ImagePull } from '../../engine/runtime-service.ts';
import { imageNameProblem } from '../../pod/image-name-problem.ts';
import { parseImageReference } from '../../pod/image-reference.ts';

/**
 * Every image with a valid name counts as present: the machine's own files stand in for it. Throws `RuntimeError`
 * InvalidImageName with the kubelet's message otherwise.
 */
export function presentImage(image: string): ImagePull {
  const reference = parseImageReference(image);
  if (reference === undefined) throw new RuntimeError('InvalidImageName', imageNameProblem(image) ?? '');
  const { domain, path, tag, digest } = reference;
  const name = `${domain}/${path}${tag === undefined ? '' : `:${tag}`}`;
  return { alreadyPresent: true, image: digest === undefined ? name : `${domain}/${path}@${digest}`, imageID: `process://${name}` };
}

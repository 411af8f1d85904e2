import type { PullProgress } from '../../engine/runtime-service.ts';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { imageNameProblem } from '../../pod/image-name-problem.ts';
import { parseImageReference } from '../../pod/image-reference.ts';
import { PullError, type EngineImage, type RegistryAuth } from './container-engine.ts';
import type { ImageLookUps } from './image-look-ups.ts';
import type { ImagePuller } from './image-puller.ts';

export interface ImageRequest {
  /** As the Pod names it. */
  readonly image: string;
  readonly policy: string;
  readonly credentials: (reference: string) => Promise<readonly RegistryAuth[]>;
  readonly pulling: () => void;
  readonly progress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

export interface EnsuredImage {
  readonly image: EngineImage;
  /** What the engine knows it as. */
  readonly reference: string;
  /** Undefined when it was there already. */
  readonly durationMs: number | undefined;
}

/** Has an image at the engine by the rules of its pull policy. Rejects with `RuntimeError`. Source: pkg/kubelet/images. */
export async function ensureImage(request: ImageRequest, lookUps: ImageLookUps, puller: ImagePuller): Promise<EnsuredImage> {
  const { image: name, policy, credentials, pulling, progress, signal } = request;
  const reference = normalisedReference(name);
  if (policy !== 'Always') {
    const image = await status(name, reference, lookUps);
    if (image !== undefined) return { image, reference, durationMs: undefined };
    if (policy === 'Never')
      throw new RuntimeError('ErrImageNeverPull', `Container image ${JSON.stringify(name)} is not present with pull policy of Never`);
  }
  pulling();
  const begun = performance.now();
  try {
    const image = await puller.pull({ reference, credentials: await credentials(reference), progress, signal });
    lookUps.found(reference, image);
    return { image, reference, durationMs: performance.now() - begun };
  } catch (error) {
    throw pullFailure(name, error);
  }
}

/** `busybox` is `docker.io/library/busybox:latest`. Throws `RuntimeError` InvalidImageName with the kubelet's message. */
export function normalisedReference(image: string): string {
  const parsed = parseImageReference(image);
  if (parsed === undefined) throw new RuntimeError('InvalidImageName', imageNameProblem(image) ?? '');
  const { domain, path, tag, digest } = parsed;
  return digest === undefined ? `${domain}/${path}:${tag ?? 'latest'}` : `${domain}/${path}@${digest}`;
}

async function status(name: string, reference: string, lookUps: ImageLookUps): Promise<EngineImage | undefined> {
  try {
    return await lookUps.get(reference);
  } catch (cause) {
    throw new RuntimeError('ImageInspectError', `Failed to inspect image ${JSON.stringify(name)}: ${(cause as Error).message}`, { cause });
  }
}

function pullFailure(name: string, cause: unknown): RuntimeError {
  const message = oneLine((cause as Error).message);
  const kind = cause instanceof PullError ? cause.kind : 'other';
  if (kind === 'unavailable')
    return new RuntimeError('RegistryUnavailable', `image pull failed for ${name} because the registry is unavailable: ${message}`, {
      cause,
    });
  if (kind === 'signature')
    return new RuntimeError(
      'SignatureValidationFailed',
      `image pull failed for ${name} because the signature validation failed: ${message}`,
      { cause },
    );
  return new RuntimeError('ErrImagePull', message, { cause });
}

/** Engines pass on what registries answer, which may be a whole page. */
function oneLine(message: string): string {
  const line = message.trim().replaceAll(/\s+/g, ' ');
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}...` : line;
}

const longestMessage = 1000;

import { RuntimeError } from '../../engine/runtime-service.ts';
import type { Pod, Volume } from '../../pod/types.ts';

/** Mounts the volumes of a Pod one after the other. Rejects with `RuntimeError` reason FailedMount, in the kubelet's words. */
export async function mountEach<Mounted>({ spec }: Pod, mount: (volume: Volume) => Promise<Mounted>): Promise<Map<string, Mounted>> {
  const mounted = new Map<string, Mounted>();
  for (const volume of spec.volumes ?? []) {
    try {
      mounted.set(volume.name, await mount(volume));
    } catch (cause) {
      if (cause instanceof RuntimeError) throw cause;
      const { message } = cause as Error;
      throw new RuntimeError('FailedMount', `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${message}`, { cause });
    }
  }
  return mounted;
}

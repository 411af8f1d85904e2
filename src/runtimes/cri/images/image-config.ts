import type { EngineImageConfig } from '../../containers/container-engine.ts';

/** What an image says about running it, from the details of ImageStatus: containerd and CRI-O show the OCI image's JSON. */
export function imageConfig(info: string): EngineImageConfig {
  const { imageSpec } = (info === '' ? {} : JSON.parse(info)) as { readonly imageSpec?: { readonly config?: OciConfig } };
  const { User, Entrypoint, Cmd, Env, WorkingDir, StopSignal, Volumes } = imageSpec?.config ?? {};
  return {
    user: User ?? '',
    ...(Entrypoint && { entrypoint: Entrypoint }),
    ...(Cmd && { cmd: Cmd }),
    ...(Env && { env: Env }),
    ...(WorkingDir !== undefined && WorkingDir !== '' && { workingDir: WorkingDir }),
    ...(StopSignal !== undefined && StopSignal !== '' && { stopSignal: StopSignal }),
    ...(Volumes && { volumes: Object.keys(Volumes) }),
  };
}

interface OciConfig {
  readonly User?: string;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Env?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Volumes?: Readonly<Record<string, object>> | null;
}

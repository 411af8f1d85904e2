/** How many containers the Pod has, one after the other. */
export const containerCount = 11;

/** A Pod with ten init containers and a main one that all run this command. */
export function sequencePod(
  command: readonly string[],
  extra: { readonly volumes?: object[]; readonly volumeMounts?: object[] } = {},
): object {
  const { volumes = [], volumeMounts = [] } = extra;
  const container = (name: string): object => ({ name, image: 'busybox:1.36', command, volumeMounts });
  const initContainers = Array.from({ length: containerCount - 1 }, (_, index) => container(`init-${index}`));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'sequence' },
    spec: { restartPolicy: 'Never', volumes, initContainers, containers: [container('main')] },
  };
}

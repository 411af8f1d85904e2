/**
 * A container cannot be configured as its Pod asks for: the container waits with reason CreateContainerConfigError and
 * this message, and the attempt is made again later. The message is the kubelet's.
 */
export class ConfigError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

// What the names of resources say. A name without a prefix, or one of kubernetes.io, is native.

export function isHugePages(resource: string): boolean {
  return resource.startsWith('hugepages-');
}

export function isNativeResource(resource: string): boolean {
  return !resource.includes('/') || resource.includes('kubernetes.io/');
}

/** Whether a request may be less than the limit. */
export function isOvercommitAllowed(resource: string): boolean {
  return isNativeResource(resource) && !isHugePages(resource);
}

/** Whether the Pod itself may have it in `spec.resources`. */
export function isPodLevelResource(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || isHugePages(resource);
}

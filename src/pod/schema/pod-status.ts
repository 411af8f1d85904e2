// The status of a Pod.
// Source: the v1 API of Kubernetes 1.36. A type is written as Go has it, so that decoding errors can name it; "!" marks a field that is always present in a valid, defaulted object.

export const podStatusTypes = {
  PodStatus: {
    observedGeneration: 'int64',
    phase: 'PodPhase!',
    conditions: '[]PodCondition',
    message: 'string',
    reason: 'string',
    nominatedNodeName: 'string',
    hostIP: 'string',
    hostIPs: '[]HostIP',
    podIP: 'string',
    podIPs: '[]PodIP',
    startTime: 'Time',
    initContainerStatuses: '[]ContainerStatus',
    containerStatuses: '[]ContainerStatus',
    qosClass: 'PodQOSClass',
    ephemeralContainerStatuses: '[]ContainerStatus',
    resize: 'PodResizeStatus',
    resourceClaimStatuses: '[]PodResourceClaimStatus',
    extendedResourceClaimStatus: 'PodExtendedResourceClaimStatus',
    allocatedResources: 'ResourceList',
    resources: 'ResourceRequirements',
    nodeAllocatableResourceClaimStatuses: '[]NodeAllocatableResourceClaimStatus',
  },
  PodCondition: {
    type: 'PodConditionType!',
    observedGeneration: 'int64',
    status: 'ConditionStatus!',
    lastProbeTime: 'Time',
    lastTransitionTime: 'Time',
    reason: 'string',
    message: 'string',
  },
  HostIP: {
    ip: 'string!',
  },
  PodIP: {
    ip: 'string!',
  },
  ContainerStatus: {
    name: 'string!',
    state: 'ContainerState',
    lastState: 'ContainerState',
    ready: 'bool!',
    restartCount: 'int32!',
    image: 'string!',
    imageID: 'string!',
    containerID: 'string',
    started: 'bool',
    allocatedResources: 'ResourceList',
    resources: 'ResourceRequirements',
    volumeMounts: '[]VolumeMountStatus',
    user: 'ContainerUser',
    allocatedResourcesStatus: '[]ResourceStatus',
    stopSignal: 'Signal',
  },
  ContainerState: {
    waiting: 'ContainerStateWaiting',
    running: 'ContainerStateRunning',
    terminated: 'ContainerStateTerminated',
  },
  ContainerStateWaiting: {
    reason: 'string',
    message: 'string',
  },
  ContainerStateRunning: {
    startedAt: 'Time',
  },
  ContainerStateTerminated: {
    exitCode: 'int32!',
    signal: 'int32',
    reason: 'string',
    message: 'string',
    startedAt: 'Time',
    finishedAt: 'Time',
    containerID: 'string',
  },
  VolumeMountStatus: {
    name: 'string!',
    mountPath: 'string!',
    readOnly: 'bool',
    recursiveReadOnly: 'RecursiveReadOnlyMode',
    volumeStatus: 'VolumeStatus',
  },
  VolumeStatus: {
    image: 'ImageVolumeStatus',
  },
  ImageVolumeStatus: {
    imageRef: 'string',
  },
  ContainerUser: {
    linux: 'LinuxContainerUser',
  },
  LinuxContainerUser: {
    uid: 'int64!',
    gid: 'int64!',
    supplementalGroups: '[]int64',
  },
  ResourceStatus: {
    name: 'ResourceName!',
    resources: '[]ResourceHealth',
  },
  ResourceHealth: {
    resourceID: 'ResourceID!',
    health: 'ResourceHealthStatus',
    message: 'string',
  },
  PodResourceClaimStatus: {
    name: 'string!',
    resourceClaimName: 'string',
  },
  PodExtendedResourceClaimStatus: {
    requestMappings: '[]ContainerExtendedResourceRequest!',
    resourceClaimName: 'string!',
  },
  ContainerExtendedResourceRequest: {
    containerName: 'string!',
    resourceName: 'string!',
    requestName: 'string!',
  },
  NodeAllocatableResourceClaimStatus: {
    resourceClaimName: 'string!',
    containers: '[]string',
    resources: 'map[ResourceName]Quantity!',
  },
} as const;

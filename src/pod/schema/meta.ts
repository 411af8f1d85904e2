// Object metadata and selectors.
// Source: the v1 API of Kubernetes 1.36. A type is written as Go has it, so that decoding errors can name it; "!" marks a field that is always present in a valid, defaulted object.

export const metaTypes = {
  ObjectMeta: {
    name: 'string!',
    generateName: 'string',
    namespace: 'string!',
    selfLink: 'string',
    uid: 'UID!',
    resourceVersion: 'string',
    generation: 'int64',
    creationTimestamp: 'Time',
    deletionTimestamp: 'Time',
    deletionGracePeriodSeconds: 'int64',
    labels: 'map[string]string',
    annotations: 'map[string]string',
    ownerReferences: '[]OwnerReference',
    finalizers: '[]string',
    managedFields: '[]ManagedFieldsEntry',
  },
  OwnerReference: {
    apiVersion: 'string!',
    kind: 'string!',
    name: 'string!',
    uid: 'UID!',
    controller: 'bool',
    blockOwnerDeletion: 'bool',
  },
  ManagedFieldsEntry: {
    manager: 'string',
    operation: 'ManagedFieldsOperationType',
    apiVersion: 'string',
    time: 'Time',
    fieldsType: 'string',
    fieldsV1: 'FieldsV1',
    subresource: 'string',
  },
  LabelSelector: {
    matchLabels: 'map[string]string',
    matchExpressions: '[]LabelSelectorRequirement',
  },
  LabelSelectorRequirement: {
    key: 'string!',
    operator: 'LabelSelectorOperator!',
    values: '[]string',
  },
  Condition: {
    type: 'string!',
    status: 'ConditionStatus!',
    observedGeneration: 'int64',
    lastTransitionTime: 'Time!',
    reason: 'string!',
    message: 'string!',
  },
} as const;

import type { GeneralReader } from './parse-text.ts';
import { readYamlNodes } from './yaml-nodes.ts';
import { toValue } from './yaml-value.ts';

/** Any YAML or JSON, by the `yaml` package. */
export const readGenerally: GeneralReader = (text, isJson, budget) => readYamlNodes(text, budget).map((nodes) => toValue(nodes, isJson));

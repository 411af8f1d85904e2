import { parseQuantity } from './quantity.ts';
import { type AliasName, type StructName, aliasTypes, structTypes } from './schema/index.ts';
import type { Api } from './types.ts';

/**
 * The object as the API type has it: unknown fields, nulls and values of a wrong type are left out, and fields that
 * are always present ("!" in the schema) get Go's zero value ("", 0, false, [], {}). Never throws.
 */
export function conform<Name extends StructName>(name: Name, value: unknown): Api<Name> {
  return (conformer(name)(value) ?? zero(name)) as Api<Name>;
}

/** Undefined when the value does not fit. */
type Conformer = (value: unknown) => unknown;

const conformers = new Map<string, Conformer>();

function conformer(type: string): Conformer {
  const known = conformers.get(type);
  if (known) return known;
  const made = makeConformer(type);
  conformers.set(type, made);
  return made;
}

function makeConformer(type: string): Conformer {
  if (type === '[]byte' || type === '[]uint8') return conformer('string');
  if (type.startsWith('[]')) return list(type.slice(2));
  const map = /^map\[.*?\](.*)$/.exec(type);
  if (map?.[1] !== undefined) return stringMap(map[1]);
  if (isStruct(type)) return struct(type);
  if (isAlias(type)) return conformer(aliasTypes[type]);
  return scalars[type] ?? ((value) => value);
}

const scalars: Readonly<Record<string, Conformer>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  int32: integer,
  int64: integer,
  Quantity: quantity,
  IntOrString: (value) => (typeof value === 'string' ? value : integer(value)),
  Time: (value) => (typeof value === 'string' ? value : undefined),
  MicroTime: (value) => (typeof value === 'string' ? value : undefined),
};

const zeros: Readonly<Record<string, unknown>> = {
  string: '',
  bool: false,
  int32: 0,
  int64: 0,
  Quantity: '0',
  IntOrString: 0,
  Time: '',
  MicroTime: '',
};

function integer(value: unknown): unknown {
  return Number.isInteger(value) ? value : undefined;
}

function quantity(value: unknown): unknown {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return parseQuantity(text) ? text : undefined;
}

function list(itemType: string): Conformer {
  return (value) =>
    Array.isArray(value) ? value.map((item: unknown) => conformer(itemType)(item ?? undefined) ?? zero(itemType)) : undefined;
}

function stringMap(valueType: string): Conformer {
  return (value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, conformer(valueType)(item ?? undefined) ?? zero(valueType)]))
      : undefined;
}

function struct(name: StructName): Conformer {
  const fields = Object.entries(structTypes[name]).map(([field, type]: [string, string]) => ({
    field,
    type: type.replace(/!$/, ''),
    isRequired: type.endsWith('!'),
  }));
  return (value) => {
    if (!isObject(value)) return undefined;
    const conformed: Record<string, unknown> = {};
    for (const { field, type, isRequired } of fields) {
      const given = Object.hasOwn(value, field) ? value[field] : undefined;
      const item = given === undefined || given === null ? undefined : conformer(type)(given);
      if (item !== undefined) conformed[field] = item;
      else if (isRequired) conformed[field] = zero(type);
    }
    return conformed;
  };
}

function zero(type: string): unknown {
  if (type === '[]byte' || type === '[]uint8') return '';
  if (type.startsWith('[]')) return [];
  if (type.startsWith('map[')) return {};
  if (isStruct(type)) return conformer(type)({});
  return isAlias(type) ? zero(aliasTypes[type]) : zeros[type];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStruct(type: string): type is StructName {
  return Object.hasOwn(structTypes, type);
}

function isAlias(type: string): type is AliasName {
  return Object.hasOwn(aliasTypes, type);
}

import { aliasTypes, structTypes, type AliasName, type StructName } from '../pod/schema/index.ts';

/** A type of the API with the name that Go's decoder gives it in its messages. */
export type GoType = { readonly name: string } & (
  | { readonly kind: 'string' | 'bool' | 'bytes' | 'any' | 'Quantity' | 'IntOrString' | 'Time' }
  | { readonly kind: 'int'; readonly bits: 32 | 64 }
  | { readonly kind: 'list' | 'map'; readonly item: GoType }
  /** `struct` is the name without its package. */
  | { readonly kind: 'struct'; readonly struct: StructName; readonly fields: ReadonlyMap<string, GoType> }
);

/** The type of that name in the schema tables, for example `Pod`, `[]EnvVar` or `map[string]string`. */
export function goType(text: string): GoType {
  const bare = text.endsWith('!') ? text.slice(0, -1) : text;
  const known = types.get(bare);
  if (known !== undefined) return known;
  const type = makeType(bare);
  types.set(bare, type);
  return type;
}

const types = new Map<string, GoType>();

function makeType(text: string): GoType {
  if (text === '[]byte') return { kind: 'bytes', name: '[]uint8' };
  if (text.startsWith('[]')) {
    const item = goType(text.slice(2));
    return { kind: 'list', name: `[]${item.name}`, item };
  }
  const [, key, value] = /^map\[(\w+)\](.+)$/.exec(text) ?? [];
  if (key !== undefined && value !== undefined) {
    const item = goType(value);
    return { kind: 'map', name: `map[${goType(key).name}]${item.name}`, item };
  }
  if (isStruct(text)) return structType(text);
  if (isAlias(text)) return { ...goType(aliasTypes[text]), name: text === 'UID' ? 'types.UID' : `v1.${text}` };
  return scalarType(text);
}

/** The fields are looked up when first used: some structs contain themselves. */
function structType(struct: StructName): GoType {
  let fields: Map<string, GoType> | undefined;
  return {
    kind: 'struct',
    name: `v1.${struct}`,
    struct,
    get fields() {
      return (fields ??= new Map(Object.entries(structTypes[struct]).map(([field, type]: [string, string]) => [field, goType(type)])));
    },
  };
}

function scalarType(text: string): GoType {
  switch (text) {
    case 'string':
    case 'bool':
      return { kind: text, name: text };
    case 'int32':
      return { kind: 'int', bits: 32, name: text };
    case 'int64':
      return { kind: 'int', bits: 64, name: text };
    case 'Quantity':
      return { kind: text, name: 'resource.Quantity' };
    case 'IntOrString':
      return { kind: text, name: 'intstr.IntOrString' };
    case 'Time':
      return { kind: text, name: 'v1.Time' };
    // Only in Events, which no manifest brings.
    case 'MicroTime':
      return { kind: 'string', name: 'v1.MicroTime' };
    case 'any':
      return { kind: text, name: 'interface {}' };
    default:
      throw new Error(`the schema tables name a type ${text} that they do not have`);
  }
}

function isStruct(text: string): text is StructName {
  return Object.hasOwn(structTypes, text);
}

function isAlias(text: string): text is AliasName {
  return Object.hasOwn(aliasTypes, text);
}

import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom among the folders of src/ (ARCHITECTURE.md draws it). Folders marked pure take no I/O, clock or
 * randomness of their own: the compiler keeps Node.js out of them (tsconfig.pure.json), the rules below the rest.
 */
const folders = {
  pod: { pure: true, imports: [] },
  lifecycle: { pure: true, imports: ['pod'] },
  resources: { pure: true, imports: ['pod'] },
  manifest: { pure: true, imports: ['pod'] },
  engine: { pure: true, imports: ['lifecycle', 'pod', 'trace'] },
  trace: { pure: true, imports: ['lifecycle', 'pod'] },
  simulator: { pure: true, imports: ['engine', 'lifecycle', 'pod', 'trace'] },
  printers: { pure: true, imports: ['pod', 'trace', 'lifecycle'] },
  // Of the engine, only the Job controller's rules.
  explain: { pure: true, imports: ['manifest', 'pod', 'lifecycle', 'resources', 'engine'] },
  timeline: { pure: true, imports: ['pod', 'lifecycle', 'trace', 'printers'] },
  handlers: { imports: ['engine', 'pod'] },
  volumes: { imports: ['engine', 'pod'] },
  logs: { imports: ['engine', 'pod'] },
  runtimes: { imports: ['engine', 'pod', 'handlers', 'logs', 'volumes', 'lifecycle'] },
  network: { imports: ['engine', 'manifest', 'pod'] },
  agent: { imports: ['engine', 'lifecycle', 'pod', 'manifest', 'trace', 'printers', 'handlers', 'logs', 'network'] },
  cli: {
    imports: [
      'pod',
      'lifecycle',
      'resources',
      'manifest',
      'engine',
      'trace',
      'simulator',
      'printers',
      'explain',
      'timeline',
      'handlers',
      'logs',
      'volumes',
      'runtimes',
      'network',
      'agent',
    ],
  },
};

const layering = Object.entries(folders).map(([folder, { imports }]) => ({
  files: [`src/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: Object.keys(folders)
          .filter((other) => other !== folder && !imports.includes(other))
          .map((other) => ({
            group: [`**/${other}/**`, `!./**`],
            message: `src/${folder} may only import: ${imports.join(', ') || 'nothing'}.`,
          })),
      },
    ],
  },
}));

const purity = {
  files: Object.entries(folders)
    .filter(([, { pure }]) => pure)
    .map(([folder]) => `src/${folder}/**/*.ts`),
  rules: {
    'no-restricted-globals': ['error', ...['process', 'setTimeout', 'setInterval', 'console', 'fetch', 'crypto', 'performance']],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'Take the time as an argument.' },
      { object: 'Math', property: 'random', message: 'Take a seeded generator as an argument.' },
    ],
    'no-restricted-syntax': [
      'error',
      { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time as an argument.' },
    ],
  },
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
    },
  },
  { files: ['scripts/**/*.mjs', 'eslint.config.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
  ...layering,
  purity,
);

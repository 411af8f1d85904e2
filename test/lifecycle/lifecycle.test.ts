import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { tell } from './stories.ts';

// `npx vitest run -u test/lifecycle` writes the golden files anew.
test.each(cases)('$name', async (one) => {
  const file = one.name.replaceAll(/[^a-zA-Z0-9]+/g, '-');
  await expect(`${tell(one).join('\n')}\n`).toMatchFileSnapshot(`golden/${file}.txt`);
});

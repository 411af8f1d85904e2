import { afterAll, beforeAll, expect } from 'vitest';
import { type Inventory, findLeftovers, takeInventory } from './leftovers.ts';

// Loaded with every file of the integration tests: what ran in it has left nothing. Only where nobody else uses the engines meanwhile.
if (process.env['OUTRIDER_TEST_LEFTOVERS'] !== undefined) {
  let before: Inventory;

  beforeAll(async () => {
    before = await takeInventory();
  });

  afterAll(async () => {
    expect(await findLeftovers(before), 'left behind by this file').toEqual([]);
  });
}

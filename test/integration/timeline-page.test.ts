import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { createTimeline } from '../../src/timeline/create-timeline.ts';
import { timelineHtml } from '../../src/timeline/html.ts';
import { foldRecording } from '../../src/trace/recording.ts';
import { requireFile } from '../engines/engines.ts';
import { scriptedEvents } from '../timeline/recordings.ts';

// What the timeline's page does in a real browser.
const executablePath = process.env['OUTRIDER_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
const quiet = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
];
const isThere = requireFile(executablePath, "the timeline's page in a browser", `no Chromium at ${executablePath}`);

describe.runIf(isThere)("the timeline's page", () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-page-'));
  const url = pathToFileURL(join(folder, 'timeline.html')).href;
  let browser: Browser;
  let page: Page;
  /** What the browser complained about. */
  let complaints: string[];

  beforeAll(async () => {
    writeFileSync(join(folder, 'timeline.html'), timelineHtml(createTimeline([{ label: 'run', pods: foldRecording(scriptedEvents()) }])));
    browser = await chromium.launch({ executablePath, headless: true, args: quiet.map((flag) => `--${flag}`) });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    complaints = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => request.url() === url || complaints.push(`request of ${request.url()}`));
    await page.goto(url);
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  /** The marks of the first time axis. */
  const axis = (): Promise<string[]> => page.locator('.axis').first().locator('text').allTextContents();
  const details = (): Promise<string | null> => page.locator('#details').textContent();

  it('opens, and shows the whole run', async () => {
    expect(await page.title()).toBe('Timeline of db, web');
    expect((await axis())[0]).toBe('0');
    expect(await page.locator('#tip').isHidden()).toBe(true);
  });

  it('zooms by its buttons, and back', async () => {
    const whole = await axis();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    const closer = await axis();
    expect(closer).not.toEqual(whole);
    expect(closer).not.toContain('0');
    await page.getByRole('button', { name: 'Zoom out' }).click();
    expect(await axis()).toEqual(whole);
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('button', { name: 'Whole run' }).click();
    expect(await axis()).toEqual(whole);
  });

  it('zooms around the pointer with Ctrl and the wheel, and is dragged', async () => {
    const whole = await axis();
    const plot = await page.locator('svg.plot').first().boundingBox();
    if (plot === null) throw new Error('the picture has no plot');
    await page.mouse.move(plot.x + 2, plot.y + plot.height - 4);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    // The left edge stays, the right one comes nearer.
    const zoomed = await axis();
    expect(zoomed[0]).toBe('1s');
    expect(seconds(zoomed.at(-1))).toBeLessThan(seconds(whole.at(-1)));
    await page.mouse.move(plot.x + plot.width / 2, plot.y + plot.height - 4);
    await page.mouse.down();
    await page.mouse.move(plot.x + 10, plot.y + plot.height - 4, { steps: 4 });
    await page.mouse.up();
    expect(seconds((await axis())[0])).toBeGreaterThan(1);
  });

  it.each(['db', 'web'])('tells details of what is pointed at and of what is clicked on, in Pod %s', async (pod) => {
    const bar = page
      .locator('svg.plot')
      .nth(pod === 'db' ? 0 : 1)
      .locator('rect.seg')
      .first();
    const tip = await bar.getAttribute('data-tip');
    await bar.hover();
    expect(await page.locator('#tip').textContent()).toBe(tip);
    expect(await page.locator('#tip').isVisible()).toBe(true);
    await bar.click();
    expect(await details()).toBe(tip);
    expect(await page.locator('.chosen').count()).toBe(1);
  });

  it('does the same by keys', async () => {
    const whole = await axis();
    const tips = await page.evaluate<string[]>("[...document.querySelectorAll('[data-tip]')].map((part) => part.dataset.tip)");
    await page.locator('#picture').focus();
    await page.keyboard.press('ArrowDown');
    expect(await details()).toBe(tips[0]);
    await page.keyboard.press('ArrowDown');
    expect(await details()).toBe(tips[1]);
    await page.keyboard.press('ArrowUp');
    expect(await details()).toBe(tips[0]);
    await page.keyboard.press('Escape');
    expect(await page.locator('.chosen').count()).toBe(0);
    await page.keyboard.press('+');
    const closer = await axis();
    await page.keyboard.press('ArrowRight');
    expect(await axis()).not.toEqual(closer);
    await page.keyboard.press('0');
    expect(await axis()).toEqual(whole);
  });

  it('is dark where the system is', async () => {
    const background = (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(246, 248, 250)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background()).toBe('rgb(1, 4, 9)');
  });
});

/** Of a mark of the axis: "12s". */
function seconds(mark = ''): number {
  return Number(/^([\d.]+)s$/.exec(mark)?.[1]);
}

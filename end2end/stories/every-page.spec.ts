// Promises that every page keeps, in one walk past all of them: no finding of axe, one heading, no sideways scroll, targets
// that a finger meets.
import type { Page } from "@playwright/test";

import { axe } from "../support/axe.ts";
import { expect, test } from "../support/stories.ts";
import { tours } from "../support/tour.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[0]" } });

for (const [name, tour] of tours) {
  test(`r78_every_page_can_be_read_reached_and_enlarged: ${name} @look`, async ({ portal, people, newApp, page, colorScheme, javaScriptEnabled }) => {
    test.setTimeout(120_000);
    const own = page.viewportSize() ?? { width: 1280, height: 800 };
    const findings: string[] = [];
    await tour(portal, people, async (state) => {
      const found = async (what: Promise<string[]>) => findings.push(...(await what).map((one) => `${state}: ${one}`));
      await found(axe(page, javaScriptEnabled));
      if ((await portal.heading.count()) !== 1) findings.push(`${state}: not one heading`);
      // Colours change nothing of the rest.
      if (colorScheme === "dark") return;
      await found(smallTargets(page));
      // 320 is also what 1280 becomes at four times the size, and 640 at twice.
      for (const width of [320, 640]) {
        await page.setViewportSize({ width, height: 800 });
        await found(overflow(page, `at ${width}`));
      }
      await page.setViewportSize(own);
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      await found(overflow(page, "with letters twice as large"));
      await page.evaluate(() => (document.documentElement.style.fontSize = ""));
    }, newApp);
    expect(findings).toEqual([]);
  });
}

/** Buttons, fields and links that stand alone, below 44 pixels in height. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, input:not([type=hidden]):not([type=radio]), summary, a.btn, a.plain, a.way")]
      .filter((one) => one.checkVisibility() && !one.matches(".sr"))
      .map((one) => ({ html: one.outerHTML.slice(0, 90), height: one.getBoundingClientRect().height }))
      .filter(({ height }) => height < 43.5)
      .map(({ html, height }) => `only ${height} high: ${html}`),
  );
}

/** What reaches beyond the right edge, if the page can be scrolled there. */
async function overflow(page: Page, when: string): Promise<string[]> {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return undefined;
    const beyond = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
    return `${scrollWidth} > ${clientWidth}: ${beyond.slice(-1).map((one) => one.outerHTML.slice(0, 120))}`;
  });
  return wide === undefined ? [] : [`scrolls sideways ${when}: ${wide}`];
}

// Promises that every page keeps: no finding of axe, no sideways scroll, one heading, targets that a finger meets.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expect, test } from "../support/stories.ts";
import { tourOfFirstNumber, tourOfPortal, tourOfSignIn } from "../support/tour.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[0]" } });

for (const [name, tour] of [
  ["signing in", tourOfSignIn],
  ["the portal", tourOfPortal],
  ["the first number", tourOfFirstNumber],
] as const) {
  test(`r78_axe_finds_nothing: ${name} @look`, async ({ portal, people }) => {
    test.slow();
    const findings: string[] = [];
    await tour(portal, people, async (state) => {
      const { violations } = await new AxeBuilder({ page: portal.page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      for (const { id, nodes } of violations) findings.push(...nodes.map((node) => `${state}: ${id}: ${node.html}: ${node.failureSummary}`));
      await expect(portal.heading, state).toHaveCount(1);
    });
    expect(findings).toEqual([]);
  });

  test(`r78_no_page_scrolls_sideways_at_320_pixels_or_with_letters_twice_as_large: ${name}`, async ({ portal, people, page }) => {
    test.slow();
    const own = page.viewportSize() ?? { width: 1280, height: 800 };
    const findings: string[] = [];
    await tour(portal, people, async (state) => {
      // 320 is also what 1280 becomes at four times the size, and 640 at twice.
      for (const width of [320, 640]) {
        await page.setViewportSize({ width, height: 800 });
        findings.push(...(await overflow(page)).map((what) => `${state} at ${width}: ${what}`));
      }
      await page.setViewportSize(own);
      await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      findings.push(...(await overflow(page)).map((what) => `${state} with large letters: ${what}`));
      await page.evaluate(() => (document.documentElement.style.fontSize = ""));
    });
    expect(findings).toEqual([]);
  });
}

test("targets are at least 44 pixels high @look", async ({ portal, people }) => {
  test.slow();
  const small: string[] = [];
  await tourOfPortal(portal, people, async (state) => {
    const found = await portal.page.evaluate(() =>
      [...document.querySelectorAll("button, input:not([type=hidden]):not([type=radio]), summary, a.btn, a.plain, a.way")]
        .filter((one) => one.checkVisibility())
        .map((one) => ({ html: one.outerHTML.slice(0, 90), height: one.getBoundingClientRect().height }))
        .filter(({ height }) => height < 43.5)
        .map(({ html, height }) => `${height}: ${html}`),
    );
    small.push(...found.map((what) => `${state}: ${what}`));
  });
  expect(small).toEqual([]);
});

/** What reaches beyond the right edge, if the page can be scrolled there. */
async function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const beyond = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth} > ${clientWidth}: ${beyond.slice(-1).map((one) => one.outerHTML.slice(0, 120))}`];
  });
}

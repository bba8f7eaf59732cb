// What axe finds on a page. Axe is a script itself: where scripts are off it judges a copy of the page's markup and style.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Findings for WCAG 2.2, level AA, and axe's notion of good practice. */
export async function axe(page: Page, scripts = true): Promise<string[]> {
  const { judged, close } = scripts ? { judged: page, close: async () => {} } : await copy(page);
  // What is still fading in has not its own contrast yet.
  await judged.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page: judged }).withTags(tags).analyze();
  await close();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}: ${node.failureSummary}`));
}

/** The same document in a browser with scripts, without its own. */
async function copy(page: Page) {
  const browser = page.context().browser();
  if (browser === null) throw new Error("a page without a browser");
  const context = await browser.newContext({ viewport: page.viewportSize(), javaScriptEnabled: true });
  const judged = await context.newPage();
  // Nor what would lead it away while it is judged.
  const body = (await page.content()).replaceAll(/<script\b.*?<\/script>|<meta http-equiv="refresh"[^>]*>/gs, "");
  await judged.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
  await judged.goto(page.url());
  return { judged, close: () => context.close() };
}

// Pictures of every page for people to look at: SHOTS=1 npx playwright test --grep @shots
import { test } from "../support/stories.ts";
import { tours } from "../support/tour.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[0, 45]" } });

for (const [part, tour] of tours) {
  test(`pictures: ${part} @shots`, async ({ portal, people, newApp, page }, info) => {
    test.setTimeout(180_000);
    let count = 0;
    await tour(portal, people, async (state) => {
      count += 1;
      await page.evaluate(() => document.fonts.ready);
      const shape = info.project.name.replace("shots-", "");
      const path = `results/shots/${part.replaceAll(" ", "-")}-${String(count).padStart(2, "0")}-${state}-${shape}.png`;
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    }, newApp);
  });
}

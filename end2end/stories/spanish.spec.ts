// The same in Spanish, for browsers that ask for it.
import { axe } from "../support/axe.ts";
import { Portal } from "../support/portal.ts";
import { expect, test } from "../support/stories.ts";
import { tours } from "../support/tour.ts";
import { spanish } from "../support/words.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[0]" } });

test("a browser that prefers Spanish is spoken to in Spanish, in pages and messages @es", async ({ portal, people }) => {
  const account = await people.withPhone();
  const { page } = portal;
  await portal.open("/login");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(portal.heading).toHaveText("Iniciar sesión");
  await page.getByLabel("Usuario").fill(account.name);
  await page.getByLabel("Contraseña").fill("no es la contraseña");
  await portal.post(portal.button("Iniciar sesión"));
  await expect(portal.problem).not.toContainText(/password/i);
  await page.getByLabel("Contraseña").fill(account.password);
  const code = await account.phone.codeAfter(async () => {
    await portal.post(portal.button("Iniciar sesión"));
  });
  expect((await account.phone.texts())[0]).toContain("es tu clave para entrar");
  await expect(portal.heading).toHaveText("Escribe tu código");
  await page.getByLabel("Código de 6 cifras").fill(code);
  await portal.post(portal.button("Iniciar sesión"));
  await expect(page).toHaveURL("/security");
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(portal.button("Cerrar sesión")).toBeVisible();
});

for (const [name, tour] of tours) {
  test(`no page is too wide, has a finding of axe or a word left out: ${name} @es`, async ({ page, people, newApp }) => {
    test.slow();
    const findings: string[] = [];
    const portal = new Portal(page, spanish);
    await tour(portal, people, async (state) => {
      findings.push(...(await axe(page)).map((finding) => `${state}: ${finding}`));
      await page.setViewportSize({ width: 320, height: 800 });
      const { width, room } = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        room: document.documentElement.clientWidth,
      }));
      if (width > room) findings.push(`${state}: ${width} wide`);
      const text = await page.locator("body").innerText();
      // The number of a key, an unfilled place, or a word that only the other language has.
      for (const [slip] of text.matchAll(/\{ ?\$\w+ ?\}|\b(phone number|password|Sign out|text message)\b/gi)) {
        findings.push(`${state}: "${slip}"`);
      }
    }, newApp);
    expect(findings).toEqual([]);
  });
}

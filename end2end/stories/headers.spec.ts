// What browsers are told beside the page: cookies, caching, the content policy.
import { expect, test } from "../support/stories.ts";

test("r55_cookies_are_out_of_reach_of_scripts_and_of_other_sites @once", async ({ portal, people, context }) => {
  const seen = new Set<string>();
  const look = async () => {
    for (const cookie of await context.cookies()) {
      seen.add(cookie.name);
      expect(cookie, cookie.name).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/", domain: "localhost" });
    }
  };
  const account = await people.withPhone();
  await portal.open("/login");
  await look();
  await portal.signInHalf(account);
  await look();
  await portal.open("/login/otp");
  await portal.typeCode(await account.phone.code());
  await look();
  await portal.signOut();
  await look();
  expect([...seen].sort()).toContain("sid");
  expect(await portal.page.evaluate(() => document.cookie)).toBe("");
  expect(await portal.page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test("r56_the_session_gets_a_new_id_at_every_step @once", async ({ portal, people, context }) => {
  const sid = async () => (await context.cookies()).find((cookie) => cookie.name === "sid")?.value;
  const account = await people.withPhone();
  await portal.open("/login");
  const ids = [await sid()];
  await portal.signInHalf(account);
  ids.push(await sid());
  await portal.typeCode(await account.phone.code());
  ids.push(await sid());
  await portal.enrol(people.phone());
  ids.push(await sid());
  await portal.signOut();
  ids.push(await sid());
  const real = ids.filter((id) => id !== undefined);
  expect(real.length).toBeGreaterThanOrEqual(3);
  expect(new Set(real).size).toBe(real.length);
});

test("r74_no_page_is_kept_by_the_browser @once", async ({ portal, people }) => {
  const account = await people.withPhone();
  const pages = [await portal.open("/login")];
  await portal.signIn(account);
  const address = await portal.manage(account.phone.ending);
  for (const path of ["/security", "/security/phones/new", address, `${address}/remove`, `${address}/replace`, "/no/such"]) {
    pages.push(await portal.open(path));
  }
  for (const page of pages) expect(page.headers()["cache-control"], page.url()).toContain("no-store");
});

test("whatever a page links is there @once", async ({ portal, people, page }) => {
  await portal.signIn(await people.bare());
  const links = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLLinkElement>("link[href]")].map((link) => link.href),
  );
  const files = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
  const all = new Set([...links, ...files]);
  expect(all.size).toBeGreaterThanOrEqual(4);
  for (const link of all) expect((await page.request.get(link)).status(), link).toBe(200);
});

test("r64_the_policy_of_a_live_page_has_a_new_nonce_each_time @script", async ({ portal, people }) => {
  await portal.signIn(await people.bare());
  const nonces = new Set<string>();
  for (let again = 0; again < 3; again += 1) {
    const answer = await portal.open("/security/phones/new");
    const policy = answer.headers()["content-security-policy"] ?? "";
    const nonce = /script-src 'nonce-([^']+)' 'strict-dynamic' 'wasm-unsafe-eval'/.exec(policy)?.[1] ?? "";
    expect(nonce.length).toBeGreaterThanOrEqual(22);
    expect(await answer.text()).toContain(`nonce="${nonce}"`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test("r64_a_script_that_was_smuggled_in_does_not_run @script", async ({ page, portal, people, watched }) => {
  await portal.signIn(await people.bare());
  await portal.open("/security/phones/new");
  const ran = await page.evaluate(() => {
    const smuggled = document.createElement("div");
    smuggled.setAttribute("onclick", "window.smuggled = true");
    document.body.append(smuggled);
    smuggled.click();
    return "smuggled" in window;
  });
  expect(ran).toBe(false);
  // The browser says so, which shows at the same time that the stories would hear of a breach.
  await expect.poll(() => watched.filter((fault) => fault.includes("script-src-attr")).length).toBe(1);
  watched.length = 0;
});

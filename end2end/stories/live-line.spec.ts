// The line of a message: it moves while its page is open, without a reload, and a screen reader is told.
import { expect, test } from "../support/twilio.ts";

/** News is on the page within a second of its coming in. */
const SECOND = { timeout: 1000 };

test("on the code page the line moves within a second, and what was typed stays @script", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const line = portal.page.locator("#sent");
  await expect(line).toContainText("Sent out");
  await portal.code.fill("12");
  await portal.code.focus();
  expect(await twilio.tell(account.phone.number, "sent")).toBe(204);
  await expect(line).toContainText("Handed to the network", SECOND);
  await expect(line).toHaveRole("status");
  // Out of order and twice, as it happens.
  await twilio.tell(account.phone.number, "queued");
  await twilio.tell(account.phone.number, "delivered");
  await twilio.tell(account.phone.number, "delivered");
  await expect(line).toContainText("Delivered", SECOND);
  await expect(line).toHaveClass(/\bok\b/);
  await expect(portal.code).toHaveValue("12");
  await expect(portal.code).toBeFocused();
});

test("what does not arrive says so on the open page, with what to do next @script", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const line = portal.page.locator("#sent");
  await twilio.tell(account.phone.number, "undelivered", 30003);
  await expect(line).toContainText("Not delivered", SECOND);
  // Before the second step nothing is told of the phone's state.
  await expect(line).toContainText("We cannot reach this number at the moment");
  await expect(portal.button("Send a new code")).toBeVisible();
  await portal.post(portal.button("Send a new code"));
  await expect(line).toContainText("Sent out");
});

test("the confirmation page and the phone's page move too @script", async ({ portal, people, twilio }) => {
  await portal.signIn(await people.bare());
  const phone = people.phone();
  await portal.open("/security/phones/new");
  const code = await phone.codeAfter(async () => {
    await portal.giveNumber(phone.number);
  });
  await twilio.tell(phone.number, "delivered");
  await expect(portal.page.locator("#sent")).toContainText("Delivered", SECOND);
  await portal.typeCode(code);
  await portal.manage(phone.ending);
  await portal.post(portal.button("Send a test code"));
  await portal.manage(phone.ending);
  await twilio.tell(phone.number, "delivered");
  const newest = portal.page.locator("#messages li").first();
  await expect(newest).toContainText("Delivered", SECOND);
  await expect(portal.news.filter({ hasText: "Delivered" })).toHaveCount(1);
});

test("on the page of a test each step is added with its time, and read out @script", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  await portal.post(portal.button("Send a test code"));
  const way = portal.page.locator("#travel");
  const steps = way.getByRole("listitem");
  const before = await steps.count();
  await twilio.tell(account.phone.number, "sent");
  await expect(way).toContainText("Handed to the network", SECOND);
  await expect(steps).toHaveCount(before + 1);
  await expect(portal.news.filter({ hasText: "Handed to the network" })).toHaveCount(1);
  await twilio.tell(account.phone.number, "delivered");
  await expect(way).toContainText("Delivered", SECOND);
});

test("without a script a reload shows how far it is", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  await twilio.tell(account.phone.number, "delivered");
  await portal.page.reload();
  await expect(portal.page.locator("#sent")).toContainText("Delivered");
});

test("a page in the background keeps no line open @script @once", async ({ portal, people, server }) => {
  const account = await people.withPhone();
  const asked: string[] = [];
  portal.page.on("request", (request) => {
    if (request.url().includes("/live?")) asked.push(request.url());
  });
  await portal.signInHalf(account);
  await expect.poll(() => asked.length).toBe(1);
  expect(asked[0]).toContain(`${server.url}/login/otp/live?seen=`);
  await portal.page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => asked.length).toBe(2);
});

test("a test that fails shows its end on the open page, and what comes next @script", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signIn(account);
  await portal.manage(account.phone.ending);
  await portal.post(portal.button("Send a test code"));
  await expect(portal.code).toBeFocused();
  await twilio.tell(account.phone.number, "undelivered", 30003);
  await expect(portal.page.getByText("This test code did not arrive")).toBeVisible(SECOND);
  await expect(portal.code).toHaveCount(0);
  // The field had the focus: what stands in its place has it now.
  await expect(portal.page.locator("#top")).toBeFocused();
  await expect(portal.page.locator("p", { hasText: "Your phone seems to be off or out of reach" })).toHaveCount(1);
  const next = portal.button("Send another test code");
  await expect(next.or(portal.page.locator("#pause")).first()).toBeVisible();
  await expect(portal.page.locator("#again-test")).toHaveClass(/\bmain\b/);
});

test("the note of a message changes once for each news @script @once", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  await portal.page.evaluate(() => {
    const note = document.getElementById("sent");
    if (note === null) throw new Error("no note");
    const seen = window as unknown as { changes: number };
    seen.changes = 0;
    new MutationObserver((changes) => (seen.changes += changes.length)).observe(note, { childList: true, subtree: true, characterData: true });
  });
  await twilio.tell(account.phone.number, "delivered");
  await expect(portal.page.locator("#sent")).toContainText("Delivered", SECOND);
  expect(await portal.page.evaluate(() => (window as unknown as { changes: number }).changes)).toBe(1);
});

test("without a script the page can be looked at again while more may be heard @plain", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  await expect(portal.link("Check again")).toBeVisible();
  await twilio.tell(account.phone.number, "delivered");
  await portal.link("Check again").click();
  await expect(portal.page.locator("#sent")).toContainText("Delivered");
});

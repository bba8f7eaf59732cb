// What a page offers where a code did not come: what it names is there, and what still works is said.
import { expect, test } from "../support/twilio.ts";

test.use({ settings: { OTP__RESEND_AFTER_SECONDS: "[5]" } });

test("when a message is not delivered the ways below move as well, and nothing is lost @script", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  await portal.signInHalf(account);
  const ways = portal.page.locator("#ways");
  await expect(ways.getByRole("heading")).toHaveText("Cannot see the message?");
  const pause = portal.page.locator("#pause");
  await expect(ways.locator("#pause")).toBeVisible();
  await portal.code.focus();
  await twilio.tell(account.phone.number, "undelivered", 30003);
  // The clock that ran goes on in its new place, and the buttons come by themselves: no heading stands over nothing until then.
  await expect(portal.page.locator("#next #pause")).toBeVisible({ timeout: 1000 });
  await expect(portal.code).toBeFocused();
  await expect(portal.page.locator("#sent")).not.toContainText("You can");
  await expect(ways.getByRole("heading")).toHaveCount(0);
  const left = await pause.innerText();
  await expect(pause).not.toHaveText(left);
  await expect(portal.button("Send a new code")).toHaveCount(0);
  await expect(portal.page.locator("#next").getByRole("button", { name: "Send a new code" })).toBeVisible();
  await expect(ways.getByRole("heading")).toHaveText("Other ways");
  await expect(ways.getByRole("button", { name: "Call me instead" })).toBeVisible();
  await expect(portal.code).toBeFocused();
  // A reload shows the same.
  const shape = async () => [await portal.page.locator("#next button").allInnerTexts(), await ways.locator("button").allInnerTexts()];
  const moved = await shape();
  await portal.page.reload();
  expect(await shape()).toEqual(moved);
});

test("who is typing already is not pushed away by what to do without a code @script @once", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await portal.code.fill(code.slice(0, 3));
  await portal.code.focus();
  await twilio.tell(account.phone.number, "undelivered", 30003);
  await expect(portal.page.locator("#sent")).toContainText("Not delivered", { timeout: 1000 });
  await expect(portal.page.locator("#next button, #next #pause")).toHaveCount(0);
  await expect(portal.page.locator("#ways").getByRole("heading")).toHaveText("Cannot see the message?");
  await expect(portal.code).toHaveValue(code.slice(0, 3));
  await expect(portal.code).toBeFocused();
  await portal.typeCode(code);
  await expect(portal.page).toHaveURL(/\/security$/);
});

test("a call that is refused is told as one, and the code of the text before it still signs in", async ({ portal, people, twilio }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  const call = portal.button("Call me instead");
  await expect(async () => {
    // Without script the page is looked at again.
    if (!(await call.isVisible())) await portal.page.reload();
    await expect(call).toBeVisible({ timeout: 500 });
  }).toPass();
  await twilio.script(account.phone.number, { kind: "error", code: 21215 }, 1);
  expect((await portal.post(call)).status()).toBe(422);
  await expect(portal.problem).toContainText("You were not called");
  await expect(portal.problem).toContainText("We cannot call numbers in this country");
  await expect(portal.page.getByText(/The code in the message with ref \w{4} still works/)).toBeVisible();
  // The address of the form, looked at once more.
  expect(new URL(portal.page.url()).pathname).toBe("/login/otp/resend");
  await portal.open(portal.page.url());
  await portal.expectPage("/login/otp", "Enter your code");
  await expect(portal.page.locator("#sent")).toContainText("Not called");
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

test("a number that gets no code can be changed for another where it is confirmed", async ({ portal, people, twilio }) => {
  await portal.signIn(await people.bare());
  const [dead, good] = [people.phone(), people.phone()];
  await portal.open("/security/phones/new");
  await dead.codeAfter(async () => {
    await portal.giveNumber(dead.number);
  });
  await twilio.tell(dead.number, "undelivered", 30005);
  await portal.page.reload();
  await expect(portal.page.locator("#sent")).toContainText("You can use another number.");
  // What is recommended has moved up, before the field; it is there once.
  const other = portal.button("Use another number");
  await expect(portal.page.locator("#next").getByRole("button", { name: "Use another number" })).toBeVisible();
  await expect(other).toHaveCount(1);
  await portal.post(other);
  await portal.expectPage("/security/phones/new", "Add a phone number");
  const code = await good.codeAfter(async () => {
    await portal.giveNumber(good.number);
  });
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  await expect(portal.row(dead.ending)).toHaveCount(0);
});

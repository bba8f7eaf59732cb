// The code page: right, wrong, used, old and badly typed codes.
import { expect, test } from "../support/stories.ts";

test("a used code is refused", async ({ portal, people, another }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  // By the form that is still open behind the back button,
  await portal.page.goBack();
  await expect(portal.page).toHaveURL(/\/(security|login)/);
  // and by a sign-in in another browser, which has a code of its own.
  const elsewhere = await another();
  await elsewhere.knock(account.name, account.password);
  await elsewhere.typeCode(code);
  await expect(elsewhere.problem).toBeVisible();
  await expect(elsewhere.page).toHaveURL(/\/login/);
});

test("what is no code costs no try", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  for (const typed of ["12", "", "letters"]) {
    expect((await portal.typeCode(typed)).status()).toBe(422);
    await expect(portal.problem).toContainText("Enter all 6 digits of the code");
    await expect(portal.page.getByText("5 tries left")).toBeVisible();
  }
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
});

test("r77_a_code_is_taken_with_a_space_in_it", async ({ portal, people }) => {
  const account = await people.withPhone();
  const code = await portal.signInHalf(account);
  await portal.typeCode(`${code.slice(0, 3)} ${code.slice(3)}`);
  await portal.expectPage("/security", "Security");
});

test("r77_the_code_field_is_one_that_phones_fill_in", async ({ portal, people }) => {
  await portal.signInHalf(await people.withPhone());
  await expect(portal.code).toHaveCount(1);
  for (const [name, value] of [["type", "text"], ["inputmode", "numeric"], ["autocomplete", "one-time-code"]] as const) {
    await expect(portal.code).toHaveAttribute(name, value);
  }
  await expect(portal.code).toBeFocused();
  await expect(portal.code).toHaveAccessibleDescription(/5 tries left/);
});

test("a code is never in an address @once", async ({ portal, people }) => {
  const account = await people.withPhone();
  const seen: string[] = [];
  portal.page.on("request", (request) => seen.push(request.url()));
  const code = await portal.signInHalf(account);
  await portal.typeCode(code);
  await portal.expectPage("/security", "Security");
  expect(seen.filter((url) => url.includes(code))).toEqual([]);
});

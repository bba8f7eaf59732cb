// Pages for what goes wrong.
import { expect, test } from "../support/stories.ts";

test("an address without a page says so and leads on @look", async ({ portal }) => {
  const answer = await portal.open("/no/such/page");
  expect(answer.status()).toBe(404);
  await expect(portal.heading).toHaveText("Page not found");
  await expect(portal.page.getByRole("alert")).toBeVisible();
  await expect(portal.page.getByText("If you ask for help, give this reference:")).toContainText(/[0-9a-f]{16}/);
  await portal.link("Go to Security").click();
  await portal.expectPage("/login", "Sign in");
});

test("an address of ours that takes no visits says so @once", async ({ portal }) => {
  const answer = await portal.open("/logout");
  expect(answer.status()).toBe(405);
  await expect(portal.heading).toHaveText("This address does not work that way");
});

test("r69_a_form_without_its_token_changes_nothing @once", async ({ portal, people }) => {
  const account = await people.withPhone();
  await portal.open("/login");
  const answer = await portal.page.request.post("/login", { form: { username: account.name, password: account.password } });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).toContain("This form is no longer valid");
  expect(await account.phone.texts()).toEqual([]);
});

test("r64_pages_for_passwords_and_errors_hold_no_script", async ({ portal }) => {
  for (const path of ["/login", "/no/such/page", "/dev/phone"]) {
    const answer = await portal.open(path);
    const html = await answer.text();
    expect(html.toLowerCase(), path).not.toContain("<script");
    expect(answer.headers()["content-security-policy"], path).not.toContain("script-src");
  }
});

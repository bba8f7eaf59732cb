// A walk past every page and every state of it, for whatever is to be looked at everywhere.
import type { NewApp, People } from "./stories.ts";
import type { Portal } from "./portal.ts";

type Look = (name: string) => Promise<void>;
type Tour = (portal: Portal, people: People, look: Look, newApp: NewApp) => Promise<void>;

/** All of them, with their names. */
export const tours: readonly (readonly [string, Tour])[] = [
  ["signing in", tourOfSignIn],
  ["the portal", tourOfPortal],
  ["the first number", tourOfFirstNumber],
  ["apps", tourOfApps],
];

/** Pages before and in between the two steps of a sign-in, and those for what goes wrong. */
async function tourOfSignIn(portal: Portal, people: People, look: Look): Promise<void> {
  const account = await people.withPhone("Anna's phone");
  await portal.open("/login");
  await look("login");
  await portal.knock("anna", "not the right password");
  await look("login-wrong-password");
  await portal.open("/no/such/page");
  await look("not-found");
  await portal.open("/dev/phone");
  await look("dev-phone");
  const code = await portal.signInHalf(account);
  await look("code");
  await portal.typeCode("12");
  await look("code-not-a-code");
  await portal.typeCode(await account.phone.wrongCode());
  await look("code-wrong");
  await portal.post(portal.page.locator("form[action='/login/cancel'] button"));
  await look("login-cancelled");
  const next = await portal.signInHalf(account);
  for (let tries = 0; tries < 5; tries += 1) await portal.typeCode(next === "000000" ? "111111" : "000000");
  await look("code-tries-spent");
  await portal.post(portal.page.locator("button[value=voice]"));
  await look("code-called");
  void code;
}

/** The portal of somebody with two numbers, one of them on its way to be replaced. */
async function tourOfPortal(portal: Portal, people: People, look: Look): Promise<void> {
  const account = await people.withPhone("Anna's phone");
  const second = people.phone();
  await portal.signIn(account);
  await look("overview-one-number");
  await portal.open("/security/phones/new");
  await look("phone-new");
  await portal.page.locator("summary").click();
  await look("phone-new-countries");
  await portal.number.fill("+1 201 555");
  await portal.post(portal.page.locator("form.stack button"));
  await look("phone-new-wrong");
  await portal.number.fill(second.number);
  await portal.page.locator("#label").fill("A second phone with a rather long name, as people give them");
  const code = await second.codeAfter(async () => {
    await portal.post(portal.page.locator("form.stack button"));
  });
  await look("phone-confirm");
  await portal.open("/security");
  await look("overview-unconfirmed");
  await portal.open("/security/phones/confirm");
  await portal.typeCode(code);
  await look("overview-two-numbers");

  const address = await portal.manage(second.ending);
  await look("phone");
  await portal.page.locator("#label").fill("x".repeat(65));
  await portal.post(portal.page.locator("form.rename button"));
  await look("phone-label-unfit");
  await portal.open(`${address}/replace`);
  await look("phone-replace");
  await portal.number.fill(people.phone().number);
  await portal.post(portal.page.locator("form.stack button"));
  await look("phone-confirm-replacement");
  await portal.open("/security");
  await look("overview-replacing");
  await portal.open(`${address}/remove`);
  await look("phone-remove");

  await portal.open(address);
  const test = await second.codeAfter(async () => {
    await portal.post(portal.page.locator("#again-test"));
  });
  await look("test-waiting");
  await portal.typeCode(await second.wrongCode());
  await look("test-wrong");
  await portal.typeCode(test);
  await look("test-right");
}

/** The portal of somebody without a number, until the last one is removed again. */
async function tourOfFirstNumber(portal: Portal, people: People, look: Look): Promise<void> {
  const account = await people.bare();
  await portal.signIn(account);
  await look("overview-no-number");
  const phone = people.phone();
  await portal.enrol(phone);
  await look("overview-first-number");
  const address = await portal.manage(phone.ending);
  // The session is still one by password alone, so the new number has to prove it first.
  await portal.open(`${address}/remove`);
  await look("confirm-identity");
  const code = await phone.codeAfter(async () => {
    await portal.post(portal.page.locator("form.stack button"));
  });
  await look("confirm-identity-code");
  await portal.typeCode(await phone.wrongCode());
  await look("confirm-identity-wrong");
  await portal.typeCode(code);
  await look("phone-remove-last");
  await portal.post(portal.page.locator("button.danger"));
  await look("overview-removed");
}

/** What people see on the way to an app, and of the apps they use. */
async function tourOfApps(portal: Portal, people: People, look: Look, newApp: NewApp): Promise<void> {
  const account = await people.withPhone("Anna's phone");
  const app = await newApp("Tide tables");
  const other = await newApp("A rather long name of an app that people use for their work");
  await portal.open(app.start());
  await look("login-for-an-app");
  await portal.knockHere(await people.withPhone());
  await look("code-for-an-app");
  await portal.button(/Tide tables/).click();
  await portal.page.getByRole("heading", { name: "An app" }).waitFor();
  await portal.open("/security/apps");
  await portal.signIn(account);
  await portal.open("/security/apps");
  await look("apps-none");
  await portal.open(app.start());
  await portal.open(other.start({ scope: "openid profile email phone offline_access", prompt: "consent" }));
  await look("consent");
  // The page before the app goes on at once: where the app says nothing, it stays.
  await portal.page.route(`${other.url}/**`, (route) => route.fulfill({ status: 204 }));
  await portal.page.locator("button[value=no]").click();
  await portal.page.locator("a.btn.main").waitFor();
  await look("hand-over");
  await portal.page.unroute(`${other.url}/**`);
  await portal.open("/security/apps");
  await look("apps");
  await portal.open("/security");
  await look("overview-with-apps");
  await portal.open("/oidc/logout");
  await look("sign-out");
  await portal.open("/oidc/authorize?client_id=nobody");
  await look("unknown-app");
  await portal.open("/oidc/authorize?resume=00000000000000000000000000000000");
  await look("request-over");
}

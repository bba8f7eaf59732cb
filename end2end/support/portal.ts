// The pages as a person uses them: by their labels and buttons.
import { type Locator, type Page, type Response, expect } from "@playwright/test";

import type { Account } from "./stories.ts";
import { type Words, english } from "./words.ts";

export class Portal {
  readonly heading: Locator;
  /** The summary of what is wrong. */
  readonly problem: Locator;
  /** What just happened, and how a message stands. */
  readonly news: Locator;
  /** The field for a code. */
  readonly code: Locator;
  /** The field for a number. */
  readonly number: Locator;

  constructor(
    readonly page: Page,
    private readonly words: Words = english,
  ) {
    this.heading = page.getByRole("heading", { level: 1 });
    this.problem = page.getByRole("alert");
    this.news = page.getByRole("status");
    this.code = page.getByRole("textbox", { name: words.code });
    this.number = page.getByRole("textbox", { name: words.number });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole("link", { name });
  }

  async open(path: string): Promise<Response> {
    const answer = await this.page.goto(path);
    if (answer === null) throw new Error(`no answer from ${path}`);
    return answer;
  }

  /** Presses something that posts a form; the answer to the post itself. */
  async post(button: Locator): Promise<Response> {
    const answered = this.page.waitForResponse((answer) => answer.request().method() === "POST");
    await button.click();
    const answer = await answered;
    await this.page.waitForLoadState();
    return answer;
  }

  async expectPage(path: string | RegExp, heading: string | RegExp): Promise<void> {
    await expect(this.page).toHaveURL(path);
    await expect(this.heading).toHaveText(heading);
  }

  // Signing in

  async knock(username: string, password: string): Promise<Response> {
    await this.open("/login");
    return this.knockHere({ name: username, password });
  }

  /** Name and password, on the page that is open. */
  async knockHere(account: Pick<Account, "name" | "password">): Promise<Response> {
    await this.page.getByLabel(this.words.username).fill(account.name);
    await this.page.getByLabel(this.words.password).fill(account.password);
    return this.post(this.button(this.words.signIn));
  }

  /** Name, password and, where the account has a phone, the code from its message. */
  async signIn(account: Account): Promise<void> {
    const { phone } = account;
    if (phone === undefined) {
      await this.knock(account.name, account.password);
    } else {
      const code = await phone.codeAfter(async () => {
        await this.knock(account.name, account.password);
      });
      await this.typeCode(code);
    }
    await this.expectPage("/security", this.words.security);
  }

  /** Stops where the code is asked for; the code. */
  async signInHalf(account: Account): Promise<string> {
    const { phone } = account;
    if (phone === undefined) throw new Error("only an account with a phone signs in by halves");
    const code = await phone.codeAfter(async () => {
      await this.knock(account.name, account.password);
    });
    await this.expectPage("/login/otp", this.words.enterCode);
    return code;
  }

  /** Types a code and sends it, on whichever page asks for one. */
  async typeCode(code: string): Promise<Response> {
    await this.code.fill(code);
    const form = this.page.locator("form", { has: this.code });
    return this.post(form.getByRole("button"));
  }

  async signOut(): Promise<void> {
    await this.post(this.button(this.words.signOut));
    await expect(this.page).toHaveURL("/login");
  }

  // Phones

  /** The row of a number on the overview. */
  row(ending: string): Locator {
    const number = this.page.locator("strong", { hasText: this.words.ending(ending) });
    return this.page.getByRole("listitem").filter({ has: number });
  }

  /** Opens the page of a number from its row; its address. */
  async manage(ending: string): Promise<string> {
    await this.open("/security");
    // The last of the row's actions.
    await this.row(ending).getByRole("link").last().click();
    await expect(this.heading).toContainText(this.words.ending(ending));
    return new URL(this.page.url()).pathname;
  }

  /** Types a number on the page that asks for one; a code goes to it. */
  async giveNumber(number: string, label?: string): Promise<Response> {
    await this.number.fill(number);
    if (label !== undefined) await this.page.getByLabel(this.words.label).fill(label);
    return this.post(this.button(this.words.sendCode));
  }

  /** From the overview to a confirmed number. */
  async enrol(phone: Account["phone"] & object, label?: string): Promise<void> {
    await this.open("/security/phones/new");
    const code = await phone.codeAfter(async () => {
      await this.giveNumber(phone.number, label);
    });
    await this.expectPage("/security/phones/confirm", this.words.confirmNumber);
    await this.typeCode(code);
    await this.expectPage("/security", this.words.security);
  }
}

// An app that signs people in through the server under test: authorization code with PKCE, nothing but what Node has.
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type Server as Listener, type ServerResponse, createServer } from "node:http";

import type { Server } from "./server.ts";

/** What an app learns of a sign-in. */
export interface Claims {
  readonly sub: string;
  readonly acr: string;
  readonly amr: readonly string[];
  readonly [name: string]: unknown;
}

interface Discovery {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly userinfo_endpoint: string;
  readonly jwks_uri: string;
  readonly end_session_endpoint: string;
}

interface Waiting {
  readonly verifier: string;
  readonly nonce: string;
}

export class App {
  private readonly waiting = new Map<string, Waiting>();
  /** The newest ID token. */
  idToken = "";

  private constructor(
    readonly id: string,
    readonly url: string,
    private readonly secret: string,
    private readonly known: Discovery,
    private readonly listener: Listener,
  ) {}

  /** Registers an app by the product's own command and starts it. */
  static async start(server: Server, id: string, ...more: string[]): Promise<App> {
    const listener = createServer();
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const address = listener.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const url = `http://127.0.0.1:${address.port}`;
    const uris = ["--redirect-uri", `${url}/callback`, "--post-logout-redirect-uri", `${url}/left`];
    const printed = await server.run(["client", "add", id, ...uris, ...more]);
    const { client_secret: secret } = JSON.parse(printed) as { client_secret: string };
    const answer = await fetch(`${server.url}/.well-known/openid-configuration`);
    const app = new App(id, url, secret, (await answer.json()) as Discovery, listener);
    listener.on("request", (request, response) => void app.serve(request, response));
    return app;
  }

  async stop(): Promise<void> {
    this.listener.closeAllConnections();
    this.listener.close();
    await once(this.listener, "close");
  }

  /** Where a person begins: `?acr_values=…` and the like are passed on. */
  start(asked: Readonly<Record<string, string>> = {}): string {
    return `${this.url}/start?${new URLSearchParams(asked)}`;
  }

  /** Where a person signs out of everything. */
  signOut(): string {
    const asked = { id_token_hint: this.idToken, post_logout_redirect_uri: `${this.url}/left`, state: "left" };
    return `${this.known.end_session_endpoint}?${new URLSearchParams(asked)}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    try {
      if (url.pathname === "/start") return this.send(url, response);
      if (url.pathname === "/callback") return page(response, await this.callback(url));
      if (url.pathname === "/left") return page(response, { left: url.searchParams.get("state") });
      response.writeHead(404).end();
    } catch (error) {
      page(response, { fault: String(error) });
    }
  }

  private send(url: URL, response: ServerResponse): void {
    const [state, nonce, verifier] = [random(), random(), random()];
    this.waiting.set(state, { verifier, nonce });
    const asked = new URLSearchParams({
      response_type: "code",
      client_id: this.id,
      redirect_uri: `${this.url}/callback`,
      scope: "openid profile phone",
      state,
      nonce,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    for (const [name, value] of url.searchParams) asked.set(name, value);
    response.writeHead(302, { location: `${this.known.authorization_endpoint}?${asked}` }).end();
  }

  private async callback(url: URL): Promise<object> {
    const waiting = this.waiting.get(url.searchParams.get("state") ?? "");
    if (waiting === undefined || !this.waiting.delete(url.searchParams.get("state") ?? "")) throw new Error("a state of nobody");
    if (url.searchParams.get("iss") !== this.known.issuer) throw new Error("another issuer");
    const refused = url.searchParams.get("error");
    if (refused !== null) return { refused };
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code: url.searchParams.get("code") ?? "",
      redirect_uri: `${this.url}/callback`,
      code_verifier: waiting.verifier,
    });
    const authorization = `Basic ${Buffer.from(`${this.id}:${this.secret}`).toString("base64")}`;
    const answer = await fetch(this.known.token_endpoint, { method: "POST", headers: { authorization }, body });
    if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
    const tokens = (await answer.json()) as { id_token: string; access_token: string };
    const claims = await this.checked(tokens.id_token, waiting.nonce);
    const info = await fetch(this.known.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    return { claims, userinfo: await info.json() };
  }

  /** The claims of a token that is signed, for us, and for this very request. */
  private async checked(token: string, nonce: string): Promise<Claims> {
    const [head = "", payload = "", signature = ""] = token.split(".");
    const { kid, alg } = part(head) as { kid: string; alg: string };
    const { keys } = (await (await fetch(this.known.jwks_uri)).json()) as { keys: { kid: string }[] };
    const key = keys.find((key) => key.kid === kid);
    if (alg !== "RS256" || key === undefined) throw new Error("signed by a key that is not published");
    const holds = verify("sha256", Buffer.from(`${head}.${payload}`), createPublicKey({ key, format: "jwk" }), Buffer.from(signature, "base64url"));
    const claims = part(payload) as Claims;
    const now = Date.now() / 1000;
    const ours = claims["iss"] === this.known.issuer && [claims["aud"]].flat().includes(this.id) && claims["nonce"] === nonce;
    if (!holds || !ours || !(Number(claims["exp"]) > now)) throw new Error("not a token for us");
    this.idToken = token;
    return claims;
  }
}

function random(): string {
  return randomBytes(32).toString("base64url");
}

function part(text: string): unknown {
  return JSON.parse(Buffer.from(text, "base64url").toString());
}

function page(response: ServerResponse, what: object): void {
  const text = JSON.stringify(what).replaceAll("<", "\\u003c");
  const html = `<!doctype html><html lang="en"><title>An app</title><link rel="icon" href="data:,"><h1>An app</h1><pre>${text}</pre></html>`;
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
}

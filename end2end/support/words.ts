// Words by which people find their way, in the languages of the product. Stories that are about other words write them out.

export interface Words {
  readonly username: string;
  readonly password: string;
  readonly signIn: string;
  readonly signOut: string;
  readonly code: string;
  readonly enterCode: string;
  readonly confirmNumber: string;
  readonly number: RegExp;
  readonly label: string;
  readonly sendCode: string;
  readonly security: string;
  /** How a number is said aloud. */
  readonly ending: (digits: string) => string;
}

export const english: Words = {
  username: "Username",
  password: "Password",
  signIn: "Sign in",
  signOut: "Sign out",
  code: "6-digit code",
  enterCode: "Enter your code",
  confirmNumber: "Confirm your number",
  number: /phone number/i,
  label: "Name for this number",
  sendCode: "Send code",
  security: "Security",
  ending: (digits) => `number ending in ${digits}`,
};

export const spanish: Words = {
  username: "Usuario",
  password: "Contraseña",
  signIn: "Iniciar sesión",
  signOut: "Cerrar sesión",
  code: "Código de 6 cifras",
  enterCode: "Escribe tu código",
  confirmNumber: "Confirma tu número",
  number: /número de teléfono/i,
  label: "Nombre para este número",
  sendCode: "Enviar código",
  security: "Seguridad",
  ending: (digits) => `número terminado en ${digits}`,
};

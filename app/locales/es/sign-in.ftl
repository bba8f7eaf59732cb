# Iniciar sesión, escribir un código, confirmar que eres tú.

login-title = Iniciar sesión
login-username = Usuario
login-password = Contraseña
login-submit = Iniciar sesión
login-hint = Ten el teléfono a mano: puede que te pidamos un código.

texts-slow = Algunos mensajes de texto llegan tarde o no llegan en este momento
texts-slow-more = Espera unos minutos antes de pedir otro código: uno nuevo sustituye al que está en camino.
texts-broken = Muchos mensajes de texto no están llegando en este momento
texts-broken-more = Un código puede llegar tarde o no llegar. Si el tuyo no llega, elige otra opción o inténtalo más tarde.

code-title-sign-in = Escribe tu código
code-title-new = Confirma tu número
code-title-replace = Confirma tu número nuevo
code-lead = Hemos enviado un mensaje de texto con un código de { $digits } cifras a{ "\u00A0" }{ $number }.
code-title-locked = Este número ya no recibe códigos
code-lead-locked = Ya no se acepta ningún código de{ "\u00A0" }{ $number }.
code-title-none = Tu código no se ha enviado
code-lead-none = Era para{ "\u00A0" }{ $number }.
code-lead-refused = No hemos podido enviar un código a{ "\u00A0" }{ $number }.
code-none-ref = Si pides ayuda, indica { $ref }.
code-lead-old = Hasta que lo confirmes, { $number } sigue en uso.
# Cuando ha caducado o no le quedan intentos.
code-lead-over = El código que enviamos a{ "\u00A0" }{ $number } ya no vale.
# Cuando el más nuevo se rechazó y el anterior aún vale.
kept-not-sent = No se ha enviado un código nuevo a{ "\u00A0" }{ $number }.
kept-not-called = No se ha llamado a { $number }.
kept-text = El código del mensaje con { $ref } sigue valiendo.
kept-call = Si la llamada anterior te dijo un código, ese sigue valiendo.
code-label = Código de { $digits } cifras
code-submit-sign-in = Iniciar sesión
code-submit-confirm = Confirmar número
code-submit-identity = Continuar
code-submit-test = Comprobar código

code-left-seconds = Quedan { $s }{ "\u00A0" }s
code-left-minutes = Quedan { $m }{ "\u00A0" }min{ "\u00A0" }{ $s }{ "\u00A0" }s
code-left-even = Quedan { $m }{ "\u00A0" }min
code-left-over = Este código ha caducado
code-tries = { $n ->
    [one] 1 intento
   *[other] { $n } intentos
}

code-waiting = Enviando el mensaje
code-waiting-more = Busca { $ref } en él cuando llegue.
code-sent-out = Enviado
code-sent-out-more = Busca { $ref } en el mensaje. Puede tardar un minuto.
code-handed-over = Transmitido a la red
code-handed-over-more = En camino, aún no ha llegado. Busca { $ref } en el mensaje.
code-delivered = Entregado
code-delivered-more = Busca { $ref } en el mensaje.
code-unknown = No sabemos si ha salido
code-unknown-more = El servicio de mensajes no ha respondido. Si en un minuto no llega nada con { $ref }, pide un código nuevo.
code-refused = No enviado
code-not-delivered = No entregado
code-dead-over = El código ha caducado
code-dead-tries = A este código no le quedan intentos
code-dead-more = Pide un código nuevo. Tendrá intentos nuevos y su propio plazo.

resend-title = ¿No ves el mensaje?
resend-other-ways = Otras opciones
resend = Enviar un código nuevo
resend-in = Puedes pedir un código nuevo dentro de { $span }
resend-check = Volver a comprobar
resend-never = Por ahora no se pueden enviar más códigos a este número.
resend-other = Enviar a { $number }
cancel-sign-in = Cancelar el inicio de sesión
cancel-adding = Cancelar y no añadir este número
cancel-replacing = Cancelar y conservar el número anterior
change-number = Usar otro número

identity-title = Confirma que eres tú
identity-lead-password = Es un cambio delicado, por eso te pedimos otra vez la contraseña.
identity-lead-code = Es un cambio delicado, por eso antes te enviamos un código.
identity-signed-in-as = Has iniciado sesión como { $account }.
identity-send-to = Enviar el código a
identity-send = Enviar código
identity-cancel = Cancelar y volver

# Aplicaciones en las que se inicia sesión por medio de esta instalación.

login-for = Inicia sesión para continuar en { $app }.
for-app-code = Después vuelves a { $app }.
for-app-phone = { $app } pide un código al iniciar sesión. Añade un número y después vuelves allí.
back-to-app = Cancelar y volver a { $app }

hand-over-title = Volviendo a tu aplicación
hand-over-text = Has iniciado sesión. Tu aplicación se abrirá sola en un momento.
hand-over-back = Vuelves a tu aplicación. Se abrirá sola en un momento.
hand-over-go = Continuar

consent-title = Iniciar sesión en { $app }
consent-lead = Has iniciado sesión como { $account }. { $app } pide esto:
consent-openid = Quién eres, como identificador aleatorio
consent-profile = Tu usuario
consent-email = Tu correo electrónico
consent-phone = Tu número de teléfono
consent-offline = Acceso durante un día como máximo mientras no estás, hasta que cierres la sesión
consent-yes = Continuar
consent-no = Cancelar

sign-out-title = ¿Cerrar la sesión?
sign-out-lead = Has iniciado sesión como { $account }. Una aplicación pide que cierres la sesión también aquí.
sign-out-yes = Cerrar sesión
sign-out-no = Mantener la sesión abierta

apps-title = Aplicaciones
apps-lead = Aplicaciones en las que iniciaste sesión con esta cuenta. Retirar el acceso a una le quita lo que recibió; puede que la aplicación mantenga tu sesión por su cuenta hasta que la cierres allí.
apps-empty = Aún no hay aplicaciones
apps-empty-more = Cuando inicies sesión en una aplicación con esta cuenta, aparecerá aquí.
apps-used = Último inicio de sesión { $when }
apps-first = Primer inicio de sesión { $when }
apps-end = Retirar el acceso
apps-end-spoken = Retirar el acceso a { $app }
apps-link = Aplicaciones en las que iniciaste sesión
news-app-left = Acceso retirado
news-app-left-more = La aplicación necesita un nuevo inicio de sesión para recibir algo de aquí.

error-unknown-app = Esta aplicación no está bien configurada
error-unknown-app-text = No conocemos la aplicación que te ha enviado aquí, o pidió la respuesta en una dirección que no está registrada. No se le ha enviado nada. Cierra esta página o vuelve a la aplicación y avisa a quien la gestiona.
error-request-over = Este inicio de sesión ya terminó
error-request-over-text = Ya se completó, esperó demasiado o se empezó en otro navegador. Vuelve a la aplicación e inicia sesión desde allí.
error-sign-out = Esta solicitud de cierre de sesión no es correcta
error-sign-out-text = La aplicación que te ha enviado aquí no está bien configurada. No se ha cambiado nada. Cierra esta página o vuelve a la aplicación.
error-app-home = Gestionar aquí la seguridad de tu cuenta

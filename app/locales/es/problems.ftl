# Por qué no se aceptó un formulario: qué significa, qué pasó, qué hacer.

means-not-signed-in = Aún no has iniciado sesión
means-not-confirmed = El número aún no está confirmado
means-not-added = El número no se ha añadido
means-not-replaced = El número no se ha reemplazado
means-not-renamed = El nombre no se ha guardado
means-not-identified = Aún no has confirmado que eres tú
means-not-tested = La prueba sigue abierta
means-not-sent = No se ha enviado ningún código
means-not-sent-anew = No se ha enviado un código nuevo
means-not-called = No se te ha llamado

problem-username-missing = Escribe tu usuario
problem-username-missing-do = Es el nombre que te dieron para esta cuenta.
problem-password-missing = Escribe tu contraseña
problem-password-missing-do = Hacen falta el usuario y la contraseña.
problem-password-missing-do-identity = La necesitamos para estar seguros de que eres tú.
problem-wrong-password = El usuario y la contraseña no coinciden
problem-wrong-password-do = Revisa si hay errores al escribir. ¿Está desactivado Bloq Mayús?
problem-wrong-password-field = Escribe otra vez tu contraseña
problem-wrong-password-identity = Esta no es tu contraseña
problem-wrong-password-identity-do = Revisa si hay errores al escribir. ¿Está desactivado Bloq Mayús?
problem-too-many-sign-ins = Demasiados intentos de inicio de sesión
problem-too-many-sign-ins-do = Espera { $span } e inténtalo de nuevo.
problem-too-many-passwords = Se han escrito demasiadas contraseñas incorrectas para este usuario
problem-too-many-passwords-do = Espera { $span } e inténtalo de nuevo. Un navegador en el que ya iniciaste sesión antes quizá no tenga que esperar.
problem-password-off = Se han escrito demasiadas contraseñas incorrectas para este usuario
problem-password-off-do = Por tu seguridad, aquí ya no se acepta su contraseña. Usa un navegador en el que ya iniciaste sesión antes o pide una contraseña nueva a tu administrador.

problem-not-a-code = Escribe las { $digits } cifras del código
problem-not-a-code-do = Está en el mensaje de texto con { $ref }. Esto no ha gastado ningún intento.
problem-wrong-code = No es el código que enviamos
problem-wrong-code-do = { $n ->
    [0] No quedan intentos. Pide un código nuevo.
    [one] Mira el mensaje con { $ref }. Queda 1 intento.
   *[other] Mira el mensaje con { $ref }. Quedan { $n } intentos.
}
problem-wrong-code-field = Escribe otra vez el código
problem-expired = El código ha caducado
problem-expired-do = Pide un código nuevo y escribe ese.
problem-tries-spent = Se escribieron demasiados códigos incorrectos
problem-tries-spent-do = Este código ya no vale. Pide uno nuevo; tendrá intentos nuevos.
problem-locked = Este número está bloqueado
problem-locked-do = Se escribieron demasiados códigos incorrectos seguidos. No se desbloquea solo.
problem-already-used = Este código ya se ha usado
problem-already-used-do = Un código vale una sola vez. Pide uno nuevo.
problem-wait = Es demasiado pronto
problem-wait-do = Espera { $span } e inténtalo de nuevo.
problem-none-sent = Se han pedido demasiados códigos
problem-none-sent-do = Pide ahora el tuyo.
problem-no-calls = No podemos decirte el código en una llamada
problem-no-calls-do = Pide un mensaje de texto.
problem-unavailable = Ahora no podemos enviar ni comprobar códigos
problem-unavailable-do = No ha cambiado nada. Inténtalo de nuevo en unos minutos.

problem-number-missing = Escribe un número de teléfono
problem-number-missing-do = Empieza por + y el prefijo del país.
problem-not-a-number = Esto no parece un número de teléfono
problem-not-a-number-do = Usa solo cifras, con + y el prefijo del país delante.
problem-number-not-valid = El número está incompleto o no es válido
problem-number-not-valid-do = Mira si falta o se repite una cifra. En casi todos los países se quita el primer 0 tras el prefijo; en Italia se queda.
problem-country = No se pueden enviar códigos a este país
problem-country-do = Abajo ves qué países se pueden usar.
problem-type = Este tipo de número no puede recibir códigos
problem-type-do = Usa el número de un teléfono móvil.
problem-already-yours = Este número ya está en tu lista
problem-already-yours-do = Lo encuentras en Seguridad.
problem-too-many-numbers = { $max ->
    [one] Ya tienes un número
   *[other] Ya tienes { $max } números
}
problem-too-many-numbers-do = Elimina o reemplaza uno primero.
problem-label-unfit = Este nombre no se puede guardar
problem-label-unfit-do = Usa como mucho { $max } caracteres, todos visibles.

# Por qué no se pudo contactar con un número: una frase, qué hacer y una causa que sigue a dos puntos.
reach-unavailable = Ahora no podemos enviar códigos.
reach-unavailable-do = No es por tu número. Inténtalo en unos minutos; si sigue fallando, pide ayuda.
reach-unavailable-why = ahora no podemos enviar
reach-wait = Aún era pronto para otro código.
reach-wait-do = Espera un momento.
reach-wait-why = demasiados mensajes a la vez
reach-retry = No se ha podido entregar el mensaje.
reach-retry-why = no se pudo entregar
reach-off = Parece que tu teléfono está apagado o sin cobertura.
reach-off-do = Enciende el teléfono y comprueba la cobertura.
reach-off-why = el teléfono parece apagado
reach-late = Los mensajes tardan más de lo normal y este se canceló.
reach-late-why = la red tardó demasiado
reach-check = Este número no puede recibir nuestros códigos.
reach-check-do = Revisa si hay errores al escribirlo.
reach-check-why = el número no puede recibir nuestros códigos
reach-no-texts = Los mensajes de texto no llegan a este número.
reach-no-texts-why = los mensajes de texto no le llegan
reach-dead = Parece que este número no está en servicio.
reach-dead-why = el número parece fuera de servicio
reach-country = No podemos enviar códigos a este país.
reach-country-why = no podemos enviar a este país
reach-other = Ahora no podemos contactar con este número.
reach-other-why = no se pudo contactar con el número
reach-stop = Este número está dado de baja de nuestros mensajes.
reach-stop-do = Envía START al número desde el que llegaban.
reach-stop-why = el número está dado de baja de nuestros mensajes

# Qué ofrece la página en su lugar, primero lo más probable.
ways = { $n ->
    [1] Puedes { $a }.
    [2] Puedes { $a } o { $b }.
   *[3] Puedes { $a }, { $b } o { $c }.
}
way-again = pedir un código nuevo
way-call = elegir una llamada
way-text = elegir un mensaje de texto
way-others = elegir otro de tus números
way-other = usar otro número
way-replace = reemplazar este número
way-test = enviar otro código de prueba
way-help = preguntar a tu administrador
way-help-here = pedir ayuda al pie de esta página

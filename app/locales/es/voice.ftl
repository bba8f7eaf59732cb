# Llamadas que dicen un código: qué dicen y cómo lo cuentan las páginas.

call-greeting-sign-in = Hola. Llama { $brand } con tu código para iniciar sesión. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-new-phone = Hola. Llama { $brand } con un código que añade este teléfono a una cuenta. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-replace-phone = Hola. Llama { $brand } con un código que hace de este el número nuevo de una cuenta. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-fresh-proof = Hola. Llama { $brand } con un código que permite un cambio de seguridad. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-test = Hola. Llama { $brand } con un código de prueba. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-before = Tu código es:
call-again = Otra vez:
call-after = No lo compartas nunca. Adiós.

call-me = Recibir una llamada
call-me-again = Recibir otra llamada
call-me-retry = Intentar de nuevo la llamada
call-text-instead = Recibir un mensaje
call-other = Llamar a { $number }
call-choice = Por llamada
call-lead-over = El código de la llamada a{ "\u00A0" }{ $number } ya no vale.
call-lead = En una llamada a{ "\u00A0" }{ $number } oirás un código de { $digits } cifras al pulsar una tecla.
call-cannot-take = ¿No puedes contestar la llamada?
call-missed-code = ¿No has oído el código?
call-without-code = ¿Terminó la llamada sin ningún código?

call-waiting = Iniciando la llamada
call-waiting-more = Tu teléfono sonará en un momento.
call-sent-out = Te estamos llamando
call-sent-out-more = Tu teléfono está a punto de sonar.
call-ringing = Está sonando
call-ringing-more = Contesta la llamada.
call-answered = Llamada contestada
call-answered-more = Pulsa cualquier tecla para oír el código.
call-read-out = El código se ha leído
call-read-out-more = Se dice dos veces: escríbelo aquí.
call-unknown = No sabemos si te estamos llamando
call-unknown-more = El servicio de llamadas no ha respondido. Si tu teléfono no suena en un minuto, pide un código nuevo.
call-ref = Llamada { $ref }.
call-not-made = No se hizo la llamada
call-not-heard = El código no se llegó a leer

call-not-a-code-do = Se dijo en la llamada. Esto no ha gastado ningún intento.
call-wrong-code-do = { $n ->
    [0] No quedan intentos. Pide un código nuevo.
    [one] Escríbelo como se dijo en la última llamada. Queda 1 intento.
   *[other] Escríbelo como se dijo en la última llamada. Quedan { $n } intentos.
}

# Por qué una llamada no dijo su código.
reach-call-retry = No se ha podido completar la llamada.
reach-call-retry-why = no se pudo completar la llamada
reach-call-country = No podemos llamar a números de este país.
reach-call-country-why = no podemos llamar a este país
reach-no-call = No hemos podido llamar a este número.
reach-no-call-why = no se pudo llamar al número
reach-busy = La línea estaba ocupada.
reach-busy-do = Inténtalo de nuevo en un momento.
reach-busy-why = la línea estaba ocupada
reach-no-answer = Nadie contestó.
reach-no-answer-do = Inténtalo de nuevo cuando tengas el teléfono a mano.
reach-no-answer-why = nadie contestó
reach-not-heard = La llamada terminó antes de que se leyera el código.
reach-not-heard-do = Pide otra, contesta y pulsa cualquier tecla.
reach-not-heard-why = no se pulsó ninguna tecla

last-call-waiting = Última llamada a punto de empezar, { $when }
last-call-sent-out = Última llamada iniciada { $when }
last-call-ringing = Última llamada, sonó { $when }
last-call-answered = Última llamada contestada { $when }
last-call-read-out = Última llamada { $when }: código leído
last-call-read-out-took = Última llamada { $when }: código leído tras { $span }
last-call-not-made = Última llamada no realizada { $when }: { $why }
last-call-not-heard = Última llamada { $when }: el código no se leyó, { $why }
last-call-unknown = Última llamada { $when }: sin respuesta del servicio de llamadas
state-call-waiting = Llamada a punto de empezar { $when }
state-call-sent-out = Llamada iniciada { $when }
state-call-ringing = La llamada sonó { $when }
state-call-answered = Llamada contestada { $when }
state-call-read-out = Código leído en una llamada { $when }
state-call-read-out-took = Código leído en una llamada { $when }, tras { $span }
state-call-not-made = Llamada no realizada { $when }: { $why }
state-call-not-heard = Llamada { $when } sin leer el código: { $why }
state-call-unknown = Llamada: sin respuesta del servicio de llamadas, { $when }

test-call-travel = Cómo fue la llamada
test-call-sent-out = Llamada iniciada
test-call-sent-out-more = El servicio de llamadas la aceptó
test-call-ringing = Está sonando
test-call-ringing-more = La red encontró el teléfono
test-call-answered = Llamada contestada
test-call-answered-more = La llamada pide una tecla
test-call-read-out = Código leído
test-call-read-out-more = Se pulsó una tecla
test-right-read-out = El código se leyó a los { $span }.
test-read-out-title = El código se leyó
test-call-failed-title = El código no se leyó
test-call-not-made = No se hizo la llamada
test-call-not-heard = El código no se llegó a leer
test-call-unknown = Sin respuesta
test-call-unknown-more = El servicio de llamadas no confirmó si llama
test-call-next = Contesta y pulsa cualquier tecla
test-call-next-more = Al escribir el código termina la prueba
test-call-waiting-title = Escribe el código de la llamada
test-call-ref = Llamada { $ref }

dev-call-to = Llamada a { $number }

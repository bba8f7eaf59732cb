# Llamadas que dicen un código: qué dicen y cómo lo cuentan las páginas.

call-greeting-sign-in = Hola. Llama { $brand } con tu código para iniciar sesión. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-new-phone = Hola. Llama { $brand } con un código que añade este teléfono a una cuenta. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-replace-phone = Hola. Llama { $brand } con un código que hace de este el número nuevo de una cuenta. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-fresh-proof = Hola. Llama { $brand } con un código que permite un cambio de seguridad. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-greeting-test = Hola. Llama { $brand } con un código de prueba. Si no lo has pedido, cuelga. Pulsa cualquier tecla para oírlo.
call-before = Tu código es:
call-again = Otra vez:
call-after = No lo compartas nunca. Adiós.

call-me = Prefiero una llamada
call-me-again = Llámame otra vez
call-me-in = Podemos llamarte en { $span }
call-text-instead = Enviar un mensaje de texto
call-text-in = Puedes pedir un mensaje de texto en { $span }
call-other = Llamar a { $number }
call-choice = Por llamada
call-lead = Una llamada a{ "\u00A0" }{ $number } te dice un código de { $digits } cifras cuando pulsas una tecla.
call-cannot-take = ¿No puedes atender la llamada?

call-waiting = Iniciando la llamada
call-waiting-more = Tu teléfono suena en un momento.
call-sent-out = La llamada está en camino
call-sent-out-more = Atiéndela y pulsa cualquier tecla para oír el código.
call-ringing = Está sonando
call-ringing-more = Atiende la llamada y pulsa cualquier tecla para oír el código.
call-answered = Atendida
call-answered-more = Pulsa cualquier tecla para oír el código. Se dice dos veces.
call-read-out = Se está leyendo el código
call-read-out-more = Se lee dos veces. Escríbelo aquí como lo oyes.
call-unknown = No sabemos si te estamos llamando
call-unknown-more = El servicio de llamadas no ha respondido. Si tu teléfono no suena en un minuto, pide un código nuevo.
call-ref = Llamada { $ref }.
call-not-made = Sin llamada
call-not-heard = No se llegó a leer el código

call-not-a-code-do = Se ha dicho en la llamada. Esto no ha costado un intento.
call-wrong-code-do = { $n ->
    [0] No quedan intentos. Pide un código nuevo.
    [one] Escríbelo como se dijo en la última llamada. Queda 1 intento.
   *[other] Escríbelo como se dijo en la última llamada. Quedan { $n } intentos.
}

# Como los textos de los mismos nombres en problems.ftl, donde se puede elegir una llamada.
reach-retry-or-call = El mensaje no pudo pasar. Pide un código nuevo o elige una llamada.
reach-off-or-call = Parece que tu teléfono está apagado o sin cobertura. Enciéndelo, mira la señal y prueba en un minuto o elige una llamada.
reach-late-or-call = Los mensajes van lentos ahora y este se retiró. Pide un código nuevo o elige una llamada.
reach-no-texts-or-call = Los mensajes de texto no llegan a este número. Elige una llamada o usa otro número.
# Por qué una llamada no dijo su código.
reach-call-retry = La llamada no pudo pasar. Pide un código nuevo.
reach-call-retry-why = la llamada no pudo pasar
reach-no-call = No hemos podido llamar a este número. Revísalo o usa otro.
reach-no-call-why = no se pudo llamar al número
reach-busy = La línea estaba ocupada. Prueba en un momento.
reach-busy-why = la línea estaba ocupada
reach-no-answer = Nadie respondió. Prueba cuando tengas el teléfono a mano.
reach-no-answer-why = nadie respondió
reach-not-heard = La llamada terminó antes de decir el código. Pide otra, atiéndela y pulsa cualquier tecla.
reach-not-heard-why = no se pulsó ninguna tecla

last-call-waiting = Última llamada a punto de empezar, { $when }
last-call-sent-out = Última llamada iniciada { $when }
last-call-ringing = Última llamada, sonó { $when }
last-call-answered = Última llamada atendida { $when }
last-call-read-out = Última llamada { $when }: código leído
last-call-read-out-took = Última llamada { $when }: código leído tras { $span }
last-call-not-made = Última llamada no hecha { $when }: { $why }
last-call-not-heard = Última llamada { $when }: código no dicho, { $why }
last-call-unknown = Última llamada { $when }: sin respuesta del servicio de llamadas
state-call-waiting = Llamada a punto de empezar { $when }
state-call-sent-out = Llamada iniciada { $when }
state-call-ringing = La llamada sonó { $when }
state-call-answered = Llamada atendida { $when }
state-call-read-out = Código leído en una llamada { $when }
state-call-read-out-took = Código leído en una llamada { $when }, tras { $span }
state-call-not-made = Sin llamada { $when }: { $why }
state-call-not-heard = No se llegó a leer el código en una llamada { $when }: { $why }
state-call-unknown = Llamada: sin respuesta del servicio de llamadas, { $when }

test-call-travel = Cómo fue la llamada
test-call-sent-out = Llamada iniciada
test-call-sent-out-more = El servicio de llamadas la aceptó
test-call-ringing = Está sonando
test-call-ringing-more = La red encontró el teléfono
test-call-answered = Atendida
test-call-answered-more = La llamada pide una tecla
test-call-read-out = Código leído
test-call-read-out-more = Se pulsó una tecla
test-call-not-made = Sin llamada
test-call-not-heard = No se llegó a leer el código
test-call-unknown = Sin respuesta
test-call-unknown-more = El servicio de llamadas no dijo si llama
test-call-next = Atiende la llamada y pulsa cualquier tecla
test-call-next-more = Escribir el código cierra la prueba
test-call-waiting-title = Escribe el código de la llamada

dev-call-to = Llamada a { $number }

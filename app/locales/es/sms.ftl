# Mensajes de texto. Solo letras del alfabeto GSM de 7 bits (sin á, í, ó, ú), para que quepan en un mensaje de 160.
# La línea "@host #código" se añade debajo de los códigos.

sms-sign-in = { $brand }: { $code } es tu clave para entrar, vale { $n ->
    [one] 1 minuto
   *[other] { $n } minutos
}. No la compartas nunca. ref { $ref }
sms-new-phone = { $brand }: { $code } añade este teléfono a tu cuenta, vale { $n ->
    [one] 1 minuto
   *[other] { $n } minutos
}. No lo compartas nunca. ref { $ref }
sms-replace-phone = { $brand }: { $code } cambia tu teléfono anterior por este, vale { $n ->
    [one] 1 minuto
   *[other] { $n } minutos
}. No lo compartas nunca. ref { $ref }
sms-fresh-proof = { $brand }: { $code } permite un cambio de seguridad, vale { $n ->
    [one] 1 minuto
   *[other] { $n } minutos
}. No lo compartas nunca. ref { $ref }
sms-test = { $brand }: { $code } es tu clave de prueba, vale { $n ->
    [one] 1 minuto
   *[other] { $n } minutos
}. No la compartas nunca. ref { $ref }

sms-notice-added = { $brand }: se puso en tu cuenta un teléfono terminado en { $ending } el { $when }. ¿No te suena? Avisa ya a quien lo administra.
sms-notice-replaced = { $brand }: un teléfono tuyo fue cambiado por otro terminado en { $ending } el { $when }. ¿No te suena? Avisa a quien lo administra.
sms-notice-removed = { $brand }: fue eliminado de tu cuenta el teléfono terminado en { $ending } el { $when }. ¿No te suena? Avisa ya a quien lo administra.
sms-notice-locked = { $brand }: teléfono terminado en { $ending } bloqueado el { $when } por claves malas. ¿No te suena? Avisa ya a quien lo administra.
sms-notice-unfinished = { $brand }: se puso tu contraseña el { $when }, pero no la clave del mensaje. ¿No te suena? Avisa ya a quien lo administra.
sms-notice-password = { $brand }: tu contraseña fue cambiada el { $when }. ¿No te suena? Avisa ya a quien lo administra.

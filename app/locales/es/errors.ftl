# Páginas de error y la bandeja del proveedor de mensajes incorporado.

error-bad-request = No hemos podido leer esta solicitud
error-bad-request-text = Algo faltaba o estaba mal formado. No se ha cambiado nada.
error-forged = Este formulario ya no es válido
error-forged-text = Estuvo abierto demasiado tiempo o no venía de nuestra página. No se ha cambiado nada. Abre la página otra vez e inténtalo de nuevo.
error-not-found = Página no encontrada
error-not-found-text = En esta dirección no hay nada, o no puedes verlo.
error-method = Esta dirección no funciona así
error-method-text = Empieza de nuevo desde Seguridad.
error-too-large = Era demasiado para leer
error-too-large-text = El formulario era mayor de lo que aceptamos. No se ha cambiado nada.
error-too-slow = El formulario no llegó entero
error-too-slow-text = Tardó demasiado. No se ha cambiado nada. Revisa tu conexión e inténtalo de nuevo.
error-too-many = Demasiadas solicitudes
error-too-many-text = Espera { $span } e inténtalo de nuevo.
error-fault = Algo ha fallado por nuestra parte
error-fault-text = No es culpa tuya y nada quedó a medias. Inténtalo de nuevo en un momento.
error-unavailable = Ahora no estamos listos
error-unavailable-text = Inténtalo de nuevo en un minuto.
error-home = Ir a Seguridad
error-request = Si pides ayuda, indica esta referencia:

dev-title = Mensajes y llamadas
dev-note-title = Es la bandeja incorporada para un primer vistazo
dev-note-text = No se ha enviado nada a ningún teléfono ni se ha llamado a nadie. Aquí están todos los mensajes y llamadas de este servidor, los más nuevos primero.
dev-empty = Aún no hay mensajes
dev-empty-more = Inicia sesión con una cuenta que tenga teléfono y recarga esta página.
dev-reload = Recargar
dev-to = Para { $number }
dev-portal = Abrir el portal

# Palabras que comparten varias páginas.

page-title = { $page } · { $brand }
sign-out = Cerrar sesión
skip = Ir al contenido
security = Seguridad
cancel = Cancelar
get-help = Pedir ayuda
number-spoken = número terminado en { $ending }
phone-unnamed = Teléfono terminado en { $ending }
ref = ref { $ref }

# Horas. Se dice UTC porque el servidor no conoce la zona del visitante; con scripts se usan las palabras "own".
when-now = ahora mismo
when-minutes = { $n ->
    [one] hace un minuto
   *[other] hace { $n } minutos
}
when-today = hoy a las { $time } UTC
when-yesterday = ayer a las { $time } UTC
when-date = { $day } de { $month } de { $year }
when-exact = { $date }, { $time } UTC
when-zone = Horas en UTC.
when-today-own = hoy a las { $time }
when-yesterday-own = ayer a las { $time }
when-zone-own = Horas en tu zona horaria.
# El idioma en que los navegadores escriben las fechas como arriba.
when-locale = es
month = { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
}
span-seconds = { $n }{ "\u00A0" }s
span-minutes = { $n }{ "\u00A0" }min
span-minutes-seconds = { $m }{ "\u00A0" }min{ "\u00A0" }{ $s }{ "\u00A0" }s
span-hours = { $n }{ "\u00A0" }h
span-hours-minutes = { $h }{ "\u00A0" }h{ "\u00A0" }{ $m }{ "\u00A0" }min
after = a los { $span }

# Lo que acaba de pasar.
news-code-sent = Ha salido un código nuevo
news-number-added = Número confirmado
news-number-added-more = Puede recibir códigos.
news-number-replaced = Número reemplazado
news-number-replaced-more = Ocupa el lugar del anterior, que ya no recibe códigos.
news-number-removed = Número eliminado
news-number-removed-more = Ya no recibe más códigos.
news-adding-cancelled = Número no añadido
news-adding-cancelled-more = No se había confirmado, así que nada ha cambiado.
news-renamed = Nombre guardado
news-preferred = Los códigos van primero a este número
news-signed-out = Has cerrado la sesión
news-sign-in-cancelled = Inicio de sesión cancelado
news-sign-in-cancelled-more = El código que enviamos ya no vale.
# Entre segundos y décimas.
decimal-point = ,

# Words that several pages share.

page-title = { $page } · { $brand }
sign-out = Sign out
skip = Skip to content
security = Security
cancel = Cancel
get-help = Get help
number-spoken = number ending in { $ending }
phone-unnamed = Phone ending in { $ending }
ref = ref { $ref }

# Times. UTC is said, because the visitor's zone is not known to the server; with script the "own" words take its place.
when-now = just now
when-minutes = { $n ->
    [one] a minute ago
   *[other] { $n } minutes ago
}
when-today = today at { $time } UTC
when-yesterday = yesterday at { $time } UTC
when-date = { $day } { $month } { $year }
when-exact = { $date }, { $time } UTC
when-zone = Times in UTC.
when-today-own = today at { $time }
when-yesterday-own = yesterday at { $time }
when-zone-own = Times in your time zone.
# The language in which browsers write dates as above.
when-locale = en-GB
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
span-seconds = { $n }{ "\u00A0" }s
span-minutes = { $n }{ "\u00A0" }min
span-minutes-seconds = { $m }{ "\u00A0" }min{ "\u00A0" }{ $s }{ "\u00A0" }s
span-hours = { $n }{ "\u00A0" }h
span-hours-minutes = { $h }{ "\u00A0" }h{ "\u00A0" }{ $m }{ "\u00A0" }min
after = after { $span }

# What just happened.
news-code-sent = A new code went out
news-number-added = Number confirmed
news-number-added-more = Codes can be sent to it.
news-number-replaced = Number replaced
news-number-replaced-more = It took the place of the old one, which gets no more codes.
news-number-removed = Number removed
news-number-removed-more = It gets no more codes.
news-adding-cancelled = Number not added
news-adding-cancelled-more = It was not confirmed, so nothing has changed.
news-renamed = Name saved
news-preferred = Codes go to this number first now
news-signed-out = You are signed out
news-sign-in-cancelled = Sign-in cancelled
news-sign-in-cancelled-more = The code we sent no longer works.
# Between seconds and tenths.
decimal-point = .

# Text messages. Only letters of the GSM 7-bit alphabet, so that each fits in one message of 160.
# The line "@host #code" is added below the codes.

sms-sign-in = { $brand }: { $code } is your sign-in code, good for { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Never share it. ref { $ref }
sms-new-phone = { $brand }: { $code } adds this phone to your account, good for { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Never share it. ref { $ref }
sms-replace-phone = { $brand }: { $code } makes this your new number, good for { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Never share it. ref { $ref }
sms-fresh-proof = { $brand }: { $code } allows a security change, good for { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Never share it. ref { $ref }
sms-test = { $brand }: { $code } is your test code, good for { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}. Never share it. ref { $ref }

sms-notice-added = { $brand }: a number ending in { $ending } was added to your account on { $when }. Not you? Tell whoever runs it at once.
sms-notice-replaced = { $brand }: one of your numbers was replaced by one ending in { $ending } on { $when }. Not you? Tell whoever runs it now.
sms-notice-removed = { $brand }: the number ending in { $ending } was removed from your account on { $when }. Not you? Tell whoever runs it now.
sms-notice-locked = { $brand }: the number ending in { $ending } was locked on { $when } after too many wrong codes. Not you? Tell whoever runs it at once.
sms-notice-unfinished = { $brand }: your right password was typed on { $when }, but no right code. Not you? Tell whoever runs it at once.
sms-notice-password = { $brand }: your password was changed on { $when }. Not you? Tell whoever runs it at once.

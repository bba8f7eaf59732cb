# Sign in, enter a code, confirm that it is you.

login-title = Sign in
login-username = Username
login-password = Password
login-submit = Sign in
login-hint = Keep your phone at hand: we may ask for a code.

texts-slow = Some text messages come late or not at all at the moment
texts-slow-more = Give a code a few minutes before you ask for another: a new one replaces the one on its way.
texts-broken = Many text messages are not getting through at the moment
texts-broken-more = A code may arrive late or not at all. If yours does not come, choose another way or try again later.

code-title-sign-in = Enter your code
code-title-new = Confirm your number
code-title-replace = Confirm your new number
code-lead = We sent a text message with a { $digits }‑digit code to{ "\u00A0" }{ $number }.
code-title-locked = This number gets no more codes
code-lead-locked = No code for{ "\u00A0" }{ $number } is accepted any more.
code-title-none = Your code was not sent
code-lead-none = It was meant for{ "\u00A0" }{ $number }.
code-lead-refused = We could not send a code to{ "\u00A0" }{ $number }.
code-none-ref = If you ask for help, give { $ref }.
code-lead-old = Until it is confirmed, { $number } stays in use.
# Where it has run out, or its tries have.
code-lead-over = The code that we sent to{ "\u00A0" }{ $number } no longer works.
# Where the newest one was refused and the one before it counts.
kept-not-sent = No new code went to{ "\u00A0" }{ $number }.
kept-not-called = { $number } was not called.
kept-text = The code in the message with { $ref } still works.
kept-call = If the call before it told you a code, that one still works.
code-label = { $digits }-digit code
code-submit-sign-in = Sign in
code-submit-confirm = Confirm number
code-submit-identity = Continue
code-submit-test = Check code

code-left-seconds = { $s }{ "\u00A0" }s left
code-left-minutes = { $m }{ "\u00A0" }min{ "\u00A0" }{ $s }{ "\u00A0" }s left
code-left-even = { $m }{ "\u00A0" }min left
code-left-over = This code has run out
code-tries = { $n ->
    [one] 1 try left
   *[other] { $n } tries left
}

code-waiting = Sending the message
code-waiting-more = Look for { $ref } in it when it arrives.
code-sent-out = Sent out
code-sent-out-more = Look for { $ref } in the message. It can take a minute.
code-handed-over = Handed to the network
code-handed-over-more = On its way, not there yet. Look for { $ref } in the message.
code-delivered = Delivered
code-delivered-more = Look for { $ref } in the message.
code-unknown = We do not know whether it went out
code-unknown-more = The message service has not answered. If nothing with { $ref } arrives within a minute, send a new code.
code-refused = Not sent
code-not-delivered = Not delivered
code-dead-over = The code has run out
code-dead-tries = No tries left for this code
code-dead-more = Send a new code. It comes with new tries and its own time.

resend-title = Cannot see the message?
resend-other-ways = Other ways
resend = Send a new code
resend-in = You can ask for a new code in { $span }
resend-check = Check again
resend-never = No more codes can be sent to this number for now.
resend-other = Send to { $number }
cancel-sign-in = Cancel sign-in
cancel-adding = Cancel and do not add this number
cancel-replacing = Cancel and keep the old number
change-number = Use another number

identity-title = Confirm that it is you
identity-lead-password = This is a sensitive change, so we ask for your password again.
identity-lead-code = This is a sensitive change, so we send you a code first.
identity-signed-in-as = You are signed in as { $account }.
identity-send-to = Send the code to
identity-send = Send code
identity-cancel = Cancel and go back

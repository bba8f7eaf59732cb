# Why a form was not accepted: what it means, what happened, what to do.

means-not-signed-in = You are not signed in yet
means-not-confirmed = The number is not confirmed yet
means-not-added = The number was not added
means-not-replaced = The number was not replaced
means-not-renamed = The name was not saved
means-not-identified = You have not confirmed that it is you yet
means-not-tested = The test is still open
means-not-sent = No code was sent
means-not-sent-anew = No new code was sent
means-not-called = You were not called

problem-username-missing = Enter your username
problem-username-missing-do = It is the name you were given for this account.
problem-password-missing = Enter your password
problem-password-missing-do = Both username and password are needed.
problem-password-missing-do-identity = We need it to be sure that it is you.
problem-wrong-password = Username and password do not match
problem-wrong-password-do = Check both for typing mistakes. Is Caps Lock off?
problem-wrong-password-field = Enter your password again
problem-wrong-password-identity = This is not your password
problem-wrong-password-identity-do = Check it for typing mistakes. Is Caps Lock off?
problem-too-many-sign-ins = Too many sign-ins were tried
problem-too-many-sign-ins-do = Wait { $span }, then try again.
problem-too-many-passwords = Too many wrong passwords were typed for this name
problem-too-many-passwords-do = Wait { $span }, then try again. A browser you have signed in with before may not have to wait.
problem-password-off = Too many wrong passwords were typed for this name
problem-password-off-do = For your safety its password is no longer accepted here. Use a browser you have signed in with before, or ask your administrator for a new password.

problem-not-a-code = Enter all { $digits } digits of the code
problem-not-a-code-do = It is in the text message with { $ref }. This did not cost a try.
problem-wrong-code = That is not the code we sent
problem-wrong-code-do = { $n ->
    [0] No tries are left. Send a new code.
    [one] Check the message with { $ref }. You have 1 try left.
   *[other] Check the message with { $ref }. You have { $n } tries left.
}
problem-wrong-code-field = Enter the code again
problem-expired = The code has run out
problem-expired-do = Send a new code and type that one.
problem-tries-spent = Too many wrong codes were typed
problem-tries-spent-do = That code no longer works. Send a new one; it comes with new tries.
problem-locked = This number is locked
problem-locked-do = Too many wrong codes were typed in a row. It does not unlock by itself.
problem-already-used = This code was used already
problem-already-used-do = A code works once. Send a new one.
problem-wait = It is too soon for that
problem-wait-do = Wait { $span }, then try again.
problem-none-sent = Too many codes were asked for
problem-none-sent-do = Ask for yours now.
problem-no-calls = We cannot tell you the code in a call
problem-no-calls-do = Ask for a text message.
problem-unavailable = We cannot send or check codes right now
problem-unavailable-do = Nothing has changed. Try again in a few minutes.

problem-number-missing = Enter a phone number
problem-number-missing-do = Start with + and the country code.
problem-not-a-number = This does not look like a phone number
problem-not-a-number-do = Use digits only, with + and the country code in front.
problem-number-not-valid = This number is not complete or not valid
problem-number-not-valid-do = Check for a missing or doubled digit. In most countries the first 0 is left out after the country code; in Italy it stays.
problem-country = Codes cannot be sent to this country
problem-country-do = See below which countries can be used.
problem-type = This kind of number cannot get codes
problem-type-do = Use the number of a mobile phone.
problem-already-yours = This number is in your list already
problem-already-yours-do = You find it under Security.
problem-too-many-numbers = { $max ->
    [one] You have a number already
   *[other] You have { $max } numbers already
}
problem-too-many-numbers-do = Remove or replace one first.
problem-label-unfit = This name cannot be kept
problem-label-unfit-do = Use at most { $max } characters, all of them visible.

# Why a number was not reached: a sentence, what to do about it, and a cause that follows a colon.
reach-unavailable = We cannot send codes right now.
reach-unavailable-do = It is not about your number. Try again in a few minutes; if it still fails, ask for help.
reach-unavailable-why = we cannot send right now
reach-wait = It was too soon for another code.
reach-wait-do = Wait a moment.
reach-wait-why = too many messages at once
reach-retry = The message did not get through.
reach-retry-why = it did not get through
reach-off = Your phone seems to be off or out of reach.
reach-off-do = Switch the phone on and check its signal.
reach-off-why = the phone seems to be off
reach-late = Messages are slow right now and this one was withdrawn.
reach-late-why = the network was too slow
reach-check = This number cannot receive our codes.
reach-check-do = Check it for typing mistakes.
reach-check-why = the number cannot receive our codes
reach-no-texts = Text messages cannot reach this number.
reach-no-texts-why = text messages cannot reach it
reach-dead = This number does not seem to be in service.
reach-dead-why = the number seems to be out of service
reach-country = We cannot send codes to this country.
reach-country-why = we cannot send to this country
reach-other = We cannot reach this number at the moment.
reach-other-why = the number cannot be reached
reach-stop = This number has opted out of our messages.
reach-stop-do = Text START to the number they came from.
reach-stop-why = the number has opted out

# What a page offers instead, the likeliest first.
ways = { $n ->
    [1] You can { $a }.
    [2] You can { $a } or { $b }.
   *[3] You can { $a }, { $b } or { $c }.
}
way-again = ask for a new code
way-call = choose a call
way-text = choose a text message
way-others = choose another of your numbers
way-other = use another number
way-replace = replace this number
way-test = send another test code
way-help = ask your administrator
way-help-here = get help at the foot of this page

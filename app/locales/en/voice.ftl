# Calls that speak a code: what they say, and how pages tell of them.

call-greeting-sign-in = Hello. This is { $brand } with your code to sign in. If you did not ask for it, hang up. Press any key to hear it.
call-greeting-new-phone = Hello. This is { $brand } with a code that adds this phone to an account. If you did not ask for it, hang up. Press any key to hear it.
call-greeting-replace-phone = Hello. This is { $brand } with a code that makes this the new number of an account. If you did not ask for it, hang up. Press any key to hear it.
call-greeting-fresh-proof = Hello. This is { $brand } with a code that allows a security change. If you did not ask for it, hang up. Press any key to hear it.
call-greeting-test = Hello. This is { $brand } with a test code. If you did not ask for it, hang up. Press any key to hear it.
call-before = Your code is:
call-again = Once more:
call-after = Never share it. Goodbye.

call-me = Call me instead
call-me-again = Call me again
call-me-retry = Try the call again
call-text-instead = Send a text message instead
call-other = Call { $number }
call-choice = By call
call-lead-over = The code from the call to{ "\u00A0" }{ $number } no longer works.
call-lead = A call to{ "\u00A0" }{ $number } tells you a { $digits }‑digit code once you press a key.
call-cannot-take = Cannot take the call?
call-missed-code = Did not hear the code?
call-without-code = Did the call end without a code?

call-waiting = Starting the call
call-waiting-more = Your phone rings in a moment.
call-sent-out = The call is on its way
call-sent-out-more = Your phone is about to ring.
call-ringing = Ringing
call-ringing-more = Take the call.
call-answered = Answered
call-answered-more = Press any key to hear the code.
call-read-out = The code was read out
call-read-out-more = It is said twice: type it here.
call-unknown = We do not know whether you are called
call-unknown-more = The call service has not answered. If your phone does not ring within a minute, ask for a new code.
call-ref = Call { $ref }.
call-not-made = Not called
call-not-heard = Code not read out

call-not-a-code-do = It was said in the call. This did not cost a try.
call-wrong-code-do = { $n ->
    [0] No tries are left. Ask for a new code.
    [one] Type it as it was said in the last call. You have 1 try left.
   *[other] Type it as it was said in the last call. You have { $n } tries left.
}

# Why a call did not tell its code.
reach-call-retry = The call did not get through.
reach-call-retry-why = the call did not get through
reach-call-country = We cannot call numbers in this country.
reach-call-country-why = we cannot call this country
reach-no-call = We could not call this number.
reach-no-call-why = the number could not be called
reach-busy = The line was busy.
reach-busy-do = Try again in a moment.
reach-busy-why = the line was busy
reach-no-answer = Nobody answered.
reach-no-answer-do = Try again when the phone is at hand.
reach-no-answer-why = nobody answered
reach-not-heard = The call ended before the code was read out.
reach-not-heard-do = Ask for another one, take it and press any key.
reach-not-heard-why = no key was pressed

last-call-waiting = Last call about to start, { $when }
last-call-sent-out = Last call started { $when }
last-call-ringing = Last call rang { $when }
last-call-answered = Last call answered { $when }
last-call-read-out = Last call { $when }: code read out
last-call-read-out-took = Last call { $when }: code read out after { $span }
last-call-not-made = Last call not made { $when }: { $why }
last-call-not-heard = Last call { $when }: code not read out, { $why }
last-call-unknown = Last call { $when }: no word from the call service
state-call-waiting = Call about to start { $when }
state-call-sent-out = Call started { $when }
state-call-ringing = Call rang { $when }
state-call-answered = Call answered { $when }
state-call-read-out = Code read out in a call { $when }
state-call-read-out-took = Code read out in a call { $when }, after { $span }
state-call-not-made = Not called { $when }: { $why }
state-call-not-heard = Code not read out in a call { $when }: { $why }
state-call-unknown = Call: no word from the call service, { $when }

test-call-travel = How the call went
test-call-sent-out = Call started
test-call-sent-out-more = The call service took it
test-call-ringing = Ringing
test-call-ringing-more = The phone network found the phone
test-call-answered = Answered
test-call-answered-more = The call asks for a key
test-call-read-out = Code read out
test-call-read-out-more = A key was pressed
test-right-read-out = The code was read out after { $span }.
test-read-out-title = The code was read out
test-call-failed-title = The code was not read out
test-call-not-made = Not called
test-call-not-heard = Code not read out
test-call-unknown = No answer
test-call-unknown-more = The call service did not say whether it calls
test-call-next = Take the call and press any key
test-call-next-more = Typing the code closes the test
test-call-waiting-title = Type the code from the call
test-call-ref = Call { $ref }

dev-call-to = Call to { $number }

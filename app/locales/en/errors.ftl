# Error pages, and the inbox of the built-in message provider.

error-bad-request = We could not read this request
error-bad-request-text = Something in it was missing or malformed. Nothing was changed.
error-forged = This form is no longer valid
error-forged-text = It was open for too long, or it did not come from our own page. Nothing was changed. Open the page again and retry.
error-not-found = Page not found
error-not-found-text = There is nothing at this address, or it is not yours to see.
error-method = This address does not work that way
error-method-text = Start again from Security.
error-too-large = That was too much to read
error-too-large-text = The form was larger than we accept. Nothing was changed.
error-too-slow = The form did not arrive whole
error-too-slow-text = It took too long. Nothing was changed. Check your connection and try again.
error-too-many = Too many requests
error-too-many-text = Please wait { $span }, then try again.
error-fault = Something went wrong on our side
error-fault-text = It is not your fault, and nothing was half done. Try again in a moment.
error-unavailable = We are not ready at the moment
error-unavailable-text = Please try again in a minute.
error-home = Go to Security
error-request = If you ask for help, give this reference:

dev-title = Messages and calls
dev-note-title = This is the built-in inbox for a first look
dev-note-text = Nothing was sent to any phone, and nobody was called. Every message and call of this server is listed here, newest first.
dev-empty = No messages yet
dev-empty-more = Sign in with an account that has a phone, then reload this page.
dev-reload = Reload
dev-to = To { $number }
dev-portal = Open the portal

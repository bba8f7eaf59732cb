# Apps that people sign in to through this installation.

login-for = Sign in to continue to { $app }.
for-app-code = You go back to { $app } afterwards.
for-app-phone = { $app } asks for a code at sign-in. Add a number, then you go back to it.
back-to-app = Cancel and go back to { $app }

hand-over-title = Going back to your app
hand-over-text = You are signed in. Your app opens by itself in a moment.
hand-over-back = You are taken back to your app. It opens by itself in a moment.
hand-over-go = Continue

consent-title = Sign in to { $app }
consent-lead = You are signed in as { $account }. { $app } asks for this:
consent-openid = Who you are, as a random identifier
consent-profile = Your username
consent-email = Your e-mail address
consent-phone = Your phone number
consent-offline = Access for up to a day while you are away, until you sign out
consent-yes = Continue
consent-no = Cancel

sign-out-title = Sign out?
sign-out-lead = You are signed in as { $account }. An app asks you to sign out here too.
sign-out-yes = Sign out
sign-out-no = Stay signed in

apps-title = Apps
apps-lead = Apps you signed in to with this account. Ending an app’s access takes away what it was given; an app may keep you signed in on its own side until you sign out there.
apps-empty = No apps yet
apps-empty-more = When you sign in to an app with this account, it is listed here.
apps-used = Last sign-in { $when }
apps-first = First sign-in { $when }
apps-end = End access
apps-end-spoken = End access of { $app }
apps-link = Apps you signed in to
news-app-left = Access ended
news-app-left-more = The app needs a new sign-in to get anything from here.

error-unknown-app = This app is not set up right
error-unknown-app-text = The app that sent you here is not known to us, or it asked for an answer at an address that is not registered. Nothing was sent to it. Close this page or go back to the app, and tell whoever runs the app.
error-request-over = This sign-in is over
error-request-over-text = It was finished already, it waited too long, or it was begun in another browser. Go back to the app and sign in from there.
error-sign-out = This sign-out request is not right
error-sign-out-text = The app that sent you here is not set up right. Nothing was changed. Close this page or go back to the app.
error-app-home = Look after your account’s security here

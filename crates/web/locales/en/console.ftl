# Everywhere
site-name = Heyan · Consoles
title-suffix = { $heading } - Heyan
title-error = Error: { $title }
skip-link = Skip to the main content
language-name = English
menu-label = Menu
menu-start = Start
menu-account = My account
sign-out = Sign out
to-start = To the start page
sandbox-name = SANDBOX
sandbox-title = Clock and inbox
sandbox-intro = The sandbox has a clock of its own. Move it on to see what a deadline or the noon does: all that falls due on the way is carried out, each at its own time.
sandbox-clock = It is now
sandbox-step = Move on by
sandbox-step-minute = 1 minute
sandbox-step-ten-minutes = 10 minutes
sandbox-step-hour = 1 hour
sandbox-step-four-hours = 4 hours
sandbox-step-day = 24 hours
sandbox-step-month = 30 days
sandbox-step-noon = Until the next noon
sandbox-advance = Move the clock on
sandbox-advanced = It is now { $time }. All that was due until then has been carried out.
sandbox-inbox = SMS inbox
live-as-of = As of { $time }. In a browser with scripts these figures are read anew every { $seconds } seconds.
sandbox-note = Test environment: filings, phones and messages are invented.
form-problems = Please correct the following
left-hours = { $hours } h { $minutes } min
left-minutes = { $minutes } min
left-under-a-minute = less than a minute

# Signing in
sign-in-title = Sign in to the consoles
sign-in-name = Name
sign-in-password = Password
sign-in-submit = Sign in
sign-in-help = After five wrong passwords in a row an account is locked for 15 minutes. If you have forgotten yours, ask your administrator for a new one.
sign-in-wrong = Name or password is wrong, or the account is locked for now. Check both and try again; after five wrong passwords wait 15 minutes.
sign-in-disabled = This account has been shut. Ask your administrator.
sign-in-too-many = Too many sign-ins. Try again after { $time }.
sign-in-no-cookie = Your browser has not kept the session. Use https or localhost, and allow this site's cookies.
sign-in-over = Your session is over. Please sign in again.
sign-in-over-kept = Your session is over. What you typed has been kept; sign in again to go on.
resume-title = Go on where you stopped
resume-body = What you typed before the session was over has been kept. It has not been sent yet.
resume-submit = Send it now
resume-drop = Drop it
demo-title = Demo accounts of the sandbox
demo-intro = They exist in sandboxes only; their passwords are public.

# Start page and account
landing-title = Welcome
landing-name = Name
landing-sign-in-name = Sign-in name
landing-role = Role
account-title = My account
account-intro = A new password ends your sessions in all other browsers.
account-password-title = Change the password
account-current = Present password
account-new = New password
account-new-hint = { $min } to { $max } characters. A few words that have nothing to do with each other are easy to keep and hard to guess.
account-again = New password again
account-submit = Save the new password
account-changed = The password has been changed. Your other sessions are over.
password-too-short = The new password is too short
password-too-long = The new password is too long
password-too-simple = The new password is too simple: it must not hold the name, nor only a few characters again and again
password-differs = The two new passwords differ
password-wrong = The present password is wrong

# Roles
role-operator = Operator
role-auditor = Auditor
role-administration = Administration
role-provider-admin = Provider's admin
role-provider-clerk = Provider's clerk
role-scoped = { $role } · { $scope }

# Pages for what went wrong
missing-title = There is no such page
missing-body = The address may be wrong, or what you look for is not yours to see.
forbidden-title = Your role does not allow this
forbidden-body = If you need it, ask your administrator.
foreign-title = The request was refused
foreign-body = The form was not sent from this site. Nothing has been done.
stale-title = The form is of another session
stale-body = You have signed in anew since it was opened. Nothing has been done; open the form again.
changed-title = It has changed since you opened it
changed-body = Somebody else has changed it. Nothing has been done; open it again to see how it stands.
unreadable-title = The request cannot be read
unreadable-body = It is not something that our forms send. Nothing has been done.
large-title = That is too large
large-body = Send less, and try again.
system-title = Something went wrong on our side
system-body = What you asked for may not have been done. Try again in a moment.

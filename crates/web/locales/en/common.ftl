# On every page

site-name = ICP filing SMS verification
title-suffix = { $heading } - ICP filing SMS verification
title-error = Error: { $title }
language-name = English
skip-link = Skip to the main content
nav-label = Main functions
nav-verify = Verify
nav-resend = Resend message
nav-inbox = SMS inbox
nav-help = Help
nav-who = Who has to verify
nav-privacy = Privacy
nav-view = Display
display-large = Large type
display-normal = Standard type
display-contrast = High contrast
display-colours = Standard colours
sandbox-name = SANDBOX
sandbox-note = A test environment: filings, phone numbers and messages here are invented, and nothing is sent to any phone.
footer-secret = Enter the SMS code on this page only, and tell it to nobody.

# Time left
left-hours = { $hours } h { $minutes } min
left-minutes = { $minutes } min
left-under-a-minute = less than a minute

# Lists
list-and = { ", " }
list-comma = { "; " }
list-or = { " or " }

# The access provider
contact-title = Contact your access provider
contact-intro = { $provider } is the access provider that handles this filing. It can tell you the result of the verification and how the filing stands.
contact-phone = Phone
contact-link = Online support
contact-hours = Hours

# Pages for what went wrong

system-title = The system cannot handle your request right now
system-retry = Please verify again in a while. If the verification did succeed, submitting again only tells you so and does no harm.
system-number = Request number
system-report = If it happens again, tell your access provider the request number.
overload-title = The system is busy
overload-body = Your submission was not processed and does not count as an attempt. Please try again in a few minutes; your code stays valid until its deadline.
missing-title = There is no such page
missing-body = Please check the address, or use one of the links below. Results can be looked at for a while only; afterwards verify again to see them. A progress link has to be copied whole.
method-title = This page cannot be opened in that way
method-body = Please use one of the links below, fill in the form again and submit it.
busy-title = Too many requests
busy-until = Please try again after { $time }.
busy-later = Please try again later.
large-title = Too much was submitted
large-body = Please go back to the form and enter only the SMS code, the mobile number and the last six characters of the document number.
unreadable-title = What was submitted cannot be read
unreadable-body = Please go back to the form and fill it in again.
problem-links = You can

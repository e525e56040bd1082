# "This is not my filing" (PRO-07)

not-mine-link = Got a message that is not meant for you?
not-mine-title = This is not my filing
not-mine-intro = If you received a filing verification message and the filing in it has nothing to do with you, tell us here. No more messages of this verification will be sent, and the access provider will be told to check the mobile number.
not-mine-other-way = Is it a filing that you are responsible for?
not-mine-other-link = Verify it
not-mine-phone-hint = The number that got the message.
not-mine-check-code = SMS code: the { $length } digits in the message that you received
not-mine-check-phone = Mobile number: the number that got this message
not-mine-check-over = The verification may be over already: then no more messages are sent, and there is nothing for you to do

not-mine-done = Thank you. No more messages of this verification will be sent to this number
not-mine-told = The access provider of this filing can see what you told us and will check the number of the responsible person.
not-mine-ignore = You need not do anything else. Without you the filing does not go on, and returns to the provider when its time is over.
not-mine-code = Please tell the SMS code to nobody.
not-mine-again = If you get new verification messages later, for instance because the filing was reported again, you can tell us here once more.
